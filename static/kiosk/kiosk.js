// Starts the touch page: words, then the hall that this kiosk belongs to, then the page.

import { joinHall } from "../shared/device.js";
import { loadTexts, setLanguage } from "../shared/i18n.js";
import { HallState } from "./hall-state.js";
import "./kiosk-page.js";

const RETRY_MS = 3000;

const page = document.createElement("kiosk-page");

async function start() {
  await loadTexts(["common", "kiosk", "visits"]);
  setLanguage("zh");
  if (!page.isConnected) document.body.append(page);
  const { hall, settings } = await joinHall("kiosk", (code) => {
    page.code = code;
  });
  const state = new HallState(hall, settings);
  await state.load();
  page.begin(state, settings);
}

/** A kiosk starts with the building, perhaps before the server: it tries until it works. */
function untilStarted() {
  start().catch((problem) => {
    console.info(`not started yet: ${problem.message}`);
    setTimeout(untilStarted, RETRY_MS);
  });
}

untilStarted();
