"""How long a large bank takes to write: ``python benchmarks/export_bank.py [ITEMS]`` (2,000 unless told)."""

import sys
import time

from read_bank import large_bank

from quizapp.domain.bank_yaml import read_bank
from quizapp.exporters.docx import write_docx
from quizapp.exporters.qti import write_qti
from quizapp.exporters.xlsx import write_xlsx
from quizapp.exporters.yaml import write_yaml

WRITERS = {"docx": write_docx, "xlsx": write_xlsx, "yaml": write_yaml, "qti": write_qti}


def main() -> None:
    """Write the bank in each format."""
    bank = read_bank(large_bank(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
    for name, write in WRITERS.items():
        start = time.perf_counter()
        size = len(write(bank))
        print(f"{name:5} {time.perf_counter() - start:6.2f} s  {size / 1024:,.0f} kB")


if __name__ == "__main__":
    main()
