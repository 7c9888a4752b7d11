"""What is wrong with a page as it stands, for any eye and any hand: in light, in dark and in large type."""

from collections.abc import Iterable
from json import dumps

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

MODES = {"light": ("light", "normal"), "dark": ("dark", "normal"), "large": ("light", "large")}
SIZES = ["target-size", "scrollable-region-focusable"]
"""What axe looks for in large type, which differs by its sizes alone; as dark does by its colours, that is contrast."""
LEAST = 43.5
"""Pixels of a target, with half a pixel for rounding: 44 is the promise."""
# Contrast is what axe takes longest over, and it lies in the style of a text and in what is painted behind it alone:
# one text of each kind is judged, and the others of the kind where axe cannot tell of the first (one hidden in part,
# say). ``judged`` are the kinds of the pages before; the others of this page are returned with their texts.
KINDS = """judged => {
  const known = new Set(judged), kinds = new Map(), behind = new Map();
  const plain = "rgba(0, 0, 0, 0),none,1,none,static,normal,false";
  const painted = node => {
    if (!node) return "";
    if (!behind.has(node)) {
      const style = getComputedStyle(node);
      const paint = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position,
        style.mixBlendMode, node.matches(":disabled, [aria-disabled=true]")].join();
      behind.set(node, (paint === plain ? "" : `${paint}/`) + painted(node.parentElement));
    }
    return behind.get(node);
  };
  const look = node => {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width || !box.height || style.visibility === "hidden") return;
    const name = [node.tagName, node.className, style.color, style.fontSize, style.fontWeight, style.textShadow,
      painted(node)].join("|");
    if (!known.has(name)) kinds.set(name, [...(kinds.get(name) || []), node]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.data.trim().length > 1) look(walker.currentNode.parentElement);
  document.querySelectorAll("input, select, textarea").forEach(look);
  return kinds;
}"""
# Kept out: links within a sentence, what is seen only by screen readers, and fields whose label is the target.
TARGETS = """least => [...document.querySelectorAll("a[href], button, select, textarea, summary, label, input")]
  .map(node => ({ node, box: node.getBoundingClientRect() }))
  .filter(({ node, box }) => box.width > 2 && box.height > 2 && getComputedStyle(node).visibility !== "hidden"
    && box.bottom > 0 && !(node.tagName === "LABEL" && !node.querySelector("input")))
  .filter(({ node }) => !(node.tagName === "A" && getComputedStyle(node).display === "inline"
    && node.parentElement.textContent.trim().length > node.textContent.trim().length))
  .filter(({ node }) => !(node.tagName === "INPUT" && node.closest("label")))
  .filter(({ box }) => box.width < least || box.height < least)
  .map(({ node, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${node.outerHTML.slice(0, 120)}`)"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW = (320, 640)  # px: a small phone, or 1280 at 400 %; and 1280 at 200 %
LOOK = f"""async ([modes, targets, judged]) => {{
  const dress = document.documentElement.dataset, worn = [dress.bsTheme, dress.type], found = [];
  const run = (mode, where, options) => axe.run(where, {{ resultTypes: ["violations"], ...options }})
    .then(told => {{
      told.violations.forEach(({{ id, nodes }}) => found.push(`${{mode}}: ${{id}}: ${{nodes[0].html.slice(0, 160)}}`));
      return told;
    }});
  const contrast = async (mode, include) => {{
    if (!include.length) return new Set();
    const only = {{ runOnly: ["color-contrast"], elementRef: true, resultTypes: ["violations", "passes"] }};
    const {{ passes, violations }} = await run(mode, {{ include }}, only);
    return new Set([...passes, ...violations].flatMap(rule => rule.nodes.map(node => node.element)));
  }};
  for (const [mode, theme, size] of modes) {{
    Object.assign(dress, {{ bsTheme: theme, type: size }});
    if (mode === "light") await run(mode, document, {{ rules: {{ "color-contrast": {{ enabled: false }} }} }});
    if (mode === "large") await run(mode, document, {{ runOnly: {dumps(SIZES)} }});
    else {{
      const kinds = [...({KINDS})(judged)];
      const told = await contrast(mode, kinds.map(([, texts]) => texts[0]));
      const open = kinds.filter(([, texts]) => !told.has(texts[0]));
      const rest = await contrast(mode, open.flatMap(([, texts]) => texts.slice(1)));
      judged.push(...kinds.filter(([, texts]) => texts.some(each => told.has(each) || rest.has(each))).map(([k]) => k));
    }}
    const small = targets && mode !== "dark" ? ({TARGETS})({LEAST}) : [];
    found.push(...small.map(each => `${{mode}}: small target: ${{each}}`));
    const wider = ({WIDER})();
    if (wider > 0) found.push(`${{mode}}: wider than the window by ${{wider}} px`);
  }}
  Object.assign(dress, {{ bsTheme: worn[0], type: worn[1] }});
  return [found, judged];
}}"""
"""One errand to the page for all modes: axe, small targets, a page too wide; what it finds, and the kinds judged."""


def complaints(
    page: Page, name: str, *, modes: Iterable[str] = MODES, targets: bool = True, judged: set[str] | None = None
) -> list[str]:
    """What axe finds, targets too small for a finger, and a page wider than its window; each with page and mode.

    ``judged`` (see `KINDS`) is what one walk through many pages hands on from page to page.
    """
    if not page.evaluate("'axe' in window"):  # it is half a megabyte
        page.evaluate(AXE_SCRIPT)
    dresses = [(mode, *MODES[mode]) for mode in modes]
    found, kinds = page.evaluate(LOOK, [dresses, targets, sorted(judged or ())])
    if judged is not None:
        judged.update(kinds)
    return [f"{name}, {each}" for each in found]


def reflow(page: Page, name: str, window: ViewportSize) -> list[str]:
    """Where the page has to be scrolled sideways at 320 px and at 640 px (200 % on a desk), also in large type.

    ``window`` is the size that the page goes back to.
    """
    found = []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 700})
        for size in ("normal", "large"):
            page.evaluate("size => { document.documentElement.dataset.type = size; }", size)
            if (wider := page.evaluate(WIDER)) > 0:
                found.append(f"{name}, {width} px, {size}: wider by {wider} px")
    page.evaluate("document.documentElement.dataset.type = 'normal'")
    page.set_viewport_size(window)
    return found
