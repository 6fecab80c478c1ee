/* global SwaggerUIBundle */
import { facts, find } from "./page.js";

const place = find("#swagger");
const api = facts.apis.find((each) => each.name === place.dataset.api);
const persona = find("#persona");

const ui = SwaggerUIBundle({
  url: `${api.prefix}/openapi.json`,
  domNode: place,
  deepLinking: false,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  syntaxHighlight: { activated: false }, // its colours are too pale to be read by everyone
  onComplete: authorise,
});

/** Every credential of the document is the chosen token: nothing needs to be typed. */
function authorise() {
  if (!persona) return;
  find("#token").textContent = persona.value;
  for (const scheme of Object.keys(api.schemes)) ui.preauthorizeApiKey(scheme, persona.value);
}

persona?.addEventListener("input", authorise);

const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

/** Swagger UI leaves some of its parts without a name or out of the keyboard's reach. */
function mend() {
  find("#servers")?.setAttribute("aria-label", "Server");
  for (const box of place.querySelectorAll("pre:not([tabindex])")) box.tabIndex = 0;
  for (const area of place.querySelectorAll("textarea:not([aria-label])")) area.setAttribute("aria-label", "Body");
}

new MutationObserver(mend).observe(place, { childList: true, subtree: true });
