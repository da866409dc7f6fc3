// Starts a call screen: words, then the hall that this screen belongs to, then its layout.

import { joinHall, startAgainIfRemoved } from "../shared/device.js";
import { loadTexts } from "../shared/i18n.js";
import { BoardState } from "./board-state.js";
import "./screen-page.js";

const RETRY_MS = 3000;

const page = document.createElement("screen-page");

async function start() {
  await loadTexts(["common", "screen"]);
  if (!page.isConnected) document.body.append(page);
  const { hall, settings, setup } = await joinHall("screen", (code) => {
    page.code = code;
  });
  const state = new BoardState(hall, settings, setup);
  state.addEventListener("lost", startAgainIfRemoved);
  page.begin(state, settings);
}

/** A screen comes back by itself after a power cut, perhaps before the server does. */
function untilStarted() {
  start().catch((problem) => {
    console.info(`not started yet: ${problem.message}`);
    setTimeout(untilStarted, RETRY_MS);
  });
}

untilStarted();
