// The rows of a list that never stops changing. Each item keeps its element, so that a highlight goes
// on where it is when the row moves down. (Lit's `repeat` leaves a comment in the document for every
// row that was removed: too much for a page that stays open for months.)

import { render } from "../vendor/lit.js";

export class Rows {
  #elements = new Map(); // key → <li>

  /**
   * Show the items in a list, in their order.
   * @param {HTMLElement} list
   * @param {{key: string}[]} items
   * @param {(item: object) => {classes: string[], content: object}} draw
   */
  show(list, items, draw) {
    const before = this.#elements;
    this.#elements = new Map(items.map((item) => [item.key, before.get(item.key) ?? newRow()]));
    for (const [key, row] of before) {
      if (!this.#elements.has(key)) row.remove();
    }
    items.forEach((item, index) => {
      const row = this.#elements.get(item.key);
      const { classes, content } = draw(item);
      row.className = classes.join(" ");
      render(content, row);
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
  }
}

function newRow() {
  return document.createElement("li");
}
