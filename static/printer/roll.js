// Shows tickets as they fall, newest on top, and sets what is wrong with a printer.

const FAULTS = ["paper_out", "near_end", "cover_open", "cutter", "mute", "slow"];
const KEPT = 30;

const main = document.querySelector("#printers");
const link = document.querySelector("#link");
const toggle = document.querySelector("#language");
const printers = new Map();

const texts = await (await fetch("texts.json")).json();
let language = navigator.language.startsWith("zh") ? "zh" : "en";

function speak() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.dataset.text][language];
  }
  document.title = texts.roll_title[language];
  toggle.textContent = language === "zh" ? "English" : "中文";
}

function show(name, state) {
  const section = document.querySelector("#printer").content.cloneNode(true).firstElementChild;
  section.querySelector("h2").textContent = name;
  section.querySelector(".url").textContent = state.url;
  const fieldset = section.querySelector("fieldset");
  for (const fault of FAULTS) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    const words = document.createElement("span");
    box.type = "checkbox";
    box.name = fault;
    box.checked = state.faults[fault];
    words.dataset.text = `roll_${fault}`;
    label.append(box, words);
    fieldset.append(label);
  }
  fieldset.addEventListener("change", () => setFaults(name, fieldset));
  main.append(section);
  printers.set(name, section.querySelector(".roll"));
  for (const number of state.tickets.slice(-KEPT)) {
    add(name, number, false);
  }
}

async function setFaults(name, fieldset) {
  const faults = {};
  for (const box of fieldset.querySelectorAll("input")) {
    faults[box.name] = box.checked;
  }
  const body = JSON.stringify(faults);
  await fetch(`${encodeURIComponent(name)}/faults`, { method: "PUT", body });
}

async function add(name, number, fresh) {
  const roll = printers.get(name);
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.src = `${encodeURIComponent(name)}/${number}.png`;
  image.alt = String(number);
  item.append(image);
  roll.prepend(item);
  while (roll.children.length > KEPT) {
    roll.lastElementChild.remove();
  }
  if (fresh) {
    await image.decode();
    item.style.setProperty("--height", `${item.offsetHeight}px`);
    item.classList.add("new");
  }
}

const events = new EventSource("events");
events.addEventListener("printers", (event) => {
  main.replaceChildren();
  printers.clear();
  for (const [name, state] of Object.entries(JSON.parse(event.data))) {
    show(name, state);
  }
  link.textContent = "";
  speak();
});
events.addEventListener("ticket", (event) => {
  const { printer, number } = JSON.parse(event.data);
  add(printer, number, true);
});
events.addEventListener("error", () => {
  link.textContent = texts.roll_lost[language];
});
toggle.addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  speak();
});
speak();
