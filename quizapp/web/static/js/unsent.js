// On other pages than the paper: does the device hold answers of the person signed in that have not arrived?

import { unsentOf } from "./store.js";

const place = document.querySelector("[data-unsent]");
const running = place.dataset.running ? place.dataset.running.split(" ") : [];

unsentOf(place.dataset.unsent, running).forEach(({ attempt, count }) => {
  const line = document.querySelector("[data-unsent-line]").content.cloneNode(true);
  const link = line.querySelector("a");
  link.textContent = link.textContent.replace("{n}", String(count));
  link.href = link.getAttribute("href").replace(/0$/, attempt);
  place.appendChild(line);
});
