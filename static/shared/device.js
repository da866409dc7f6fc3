// A kiosk or a screen as a device: known to the hall by a cookie, once an administrator approved the
// code that it shows. Settings come from there; where devices are open, from the page's address.

import { get, post } from "./api.js";

const ASK_AGAIN_MS = 3000;

/**
 * Wait until this device belongs to a hall.
 * @param {"kiosk" | "screen" | "rater"} kind
 * @param {(code: string) => void} onCode shows the pairing code while it is not approved
 * @returns {Promise<{hall: string, settings: object, setup?: string}>} `setup`: by which the server
 *   knows later whether these are still the device's hall, name and settings
 */
export async function joinHall(kind, onCode) {
  let device = await get("/devices/me");
  if (device.state === "open") return openDevice();
  while (device.state !== "paired") {
    if (device.state === "none") {
      device = await post("/devices", { kind, hall: address().get("hall") ?? undefined });
    }
    onCode(device.code);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    device = await get("/devices/me").catch(() => device);
  }
  const sound = device.settings.sound === true && address().get("sound") !== "0";
  const settings = { ...device.settings, ...fromAddress(), sound };
  return { hall: device.hall, settings, setup: device.setup };
}

async function openDevice() {
  const settings = fromAddress();
  const hall = settings.hall ?? (await get("/halls"))[0].id;
  return { hall, settings: { ...settings, sound: settings.sound !== "0" } };
}

/** Cut off, perhaps because this device was removed: then its page shows a pairing code again. */
export async function startAgainIfRemoved() {
  const device = await get("/devices/me").catch(() => null);
  if (device && !["open", "paired"].includes(device.state)) location.reload();
}

const address = () => new URLSearchParams(location.search);

/** Settings that stand in the page's address, as `?layout=main&zones=1F,2F`. */
function fromAddress() {
  const { zones, ...settings } = Object.fromEntries(address());
  return zones ? { ...settings, zones: zones.split(",") } : settings;
}
