"""Python runs this at its start where it lies on the path, which only `tests.faults.server` puts it on.

It lets a process of ``quizapp`` carry one bug of `tests.faults.bugs`, as soon as the application has been imported.
"""

import importlib.abc
import importlib.machinery
import os
import sys


class _AfterApplication(importlib.abc.MetaPathFinder):
    """Finds ``quizapp.application`` as everybody does, and puts the bug in once it is there."""

    def find_spec(self, fullname, path, target=None):
        if fullname != "quizapp.application":
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        run = spec.loader.exec_module

        def run_and_seed(module):
            run(module)
            from tests.faults import bugs

            bugs.seed(os.environ["FAULTS_BUG"])

        spec.loader.exec_module = run_and_seed
        return spec


if os.environ.get("FAULTS_BUG"):
    sys.meta_path.insert(0, _AfterApplication())
