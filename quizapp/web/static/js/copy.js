// Buttons that copy a text of the page. They are hidden until this script is there to serve them.

function selected(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.innerText.trim());
    return true;
  } catch {
    // Without HTTPS, or where the browser forbids it: the older way, which copies what is selected.
    selected(source);
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const said = document.getElementById(button.dataset.said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(source);
    said.textContent = "";
    said.textContent = done ? button.dataset.done : button.dataset.failed;
  });
}
