// <hall-slides>: a hall's own pictures and videos, one after another, beside the calls.

import { LitElement, html, nothing } from "../vendor/lit.js";

const PICTURE_MS = 12_000;

class HallSlides extends LitElement {
  static properties = {
    hall: {},
    slides: { attribute: false },
    turn: { state: true },
  };

  #next = 0;

  constructor() {
    super();
    this.slides = [];
    this.turn = 0;
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    clearTimeout(this.#next);
    super.disconnectedCallback();
  }

  updated(changed) {
    if (!changed.has("turn") && !changed.has("slides")) return;
    clearTimeout(this.#next);
    const slide = this.#slide;
    if (slide && !isVideo(slide)) this.#after(PICTURE_MS);
  }

  get #slide() {
    return this.slides[this.turn % this.slides.length];
  }

  #after(ms) {
    clearTimeout(this.#next);
    this.#next = setTimeout(() => {
      this.turn += 1;
    }, ms);
  }

  render() {
    const slide = this.#slide;
    if (!slide) return nothing;
    const address = `/media/${this.hall}/${slide.file}`;
    if (!isVideo(slide)) return html`<img src=${address} alt=${slide.name} />`;
    // A video that can't be shown takes no longer than a picture.
    return html`<video src=${address} aria-label=${slide.name} autoplay .muted=${true} playsinline
      ?loop=${this.slides.length === 1} @ended=${() => this.#after(0)}
      @error=${() => this.#after(PICTURE_MS)}></video>`;
  }
}

const isVideo = ({ kind }) => kind.startsWith("video/");

customElements.define("hall-slides", HallSlides);
