// A page that waits for the server: asks once a second whether it is done, and is then loaded anew.

const EVERY = 1000;
const box = document.querySelector("[data-progress]");

async function ask() {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok && (await answer.json()).state === "reading") return window.setTimeout(ask, EVERY);
  } catch (error) {
    return window.setTimeout(ask, EVERY); // the network may come back
  }
  window.location.reload();
}

if (box) window.setTimeout(ask, EVERY);
