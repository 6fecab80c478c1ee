import { address, attempt, badge, calm, call, count, facts, find, make, pageOf, when } from "./page.js";

const MOST = 200; // rows that a look at the log brings, and that stay while one watches
const form = find("#filters");
const body = find("#entries tbody");
let paused = false;
let grown = false; // older rows were asked for: they stay
let fresh = 0;

function chosen() {
  const { of: world, ...fields } = Object.fromEntries(new FormData(form));
  const query = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value || null]));
  return { ...query, world: world === "*" ? null : world };
}

function row(entry) {
  const target = entry.path + (entry.query ? `?${entry.query}` : "");
  const link = make("a", { href: pageOf(`traffic/${entry.id}`) }, make("b", {}, entry.method), ` ${target}`);
  const caller = [entry.persona, entry.world && `world ${entry.world}`].filter(Boolean).join(", ");
  return make(
    "tr",
    { "data-id": entry.id, class: entry.verdict },
    make("td", { class: "time" }, when(entry.at)),
    make("td", { class: "request" }, link, entry.reason ? make("p", { class: "reason" }, entry.reason) : null),
    make("td", {}, badge(`${entry.status || "–"} ${entry.verdict}`, entry.verdict)),
    make("td", { "data-label": "API" }, entry.api || "–"),
    make("td", { "data-label": "Caller" }, caller || "–"),
    make("td", { class: "number", "data-label": "ms" }, Number(entry.ms).toFixed(1)),
  );
}

const last = () => body.lastElementChild?.dataset.id;

async function look() {
  const entries = await attempt(() => call("GET", "/log", { query: { ...chosen(), limit: MOST } }));
  if (!entries) return;
  const known = new Set([...body.children].map((each) => each.dataset.id));
  const added = entries.filter((entry) => !known.has(String(entry.id)));
  if (added.length === entries.length) body.replaceChildren(); // nothing that is shown meets the newest
  body.prepend(...added.map(row));
  if (!grown) while (body.children.length > MOST) body.lastElementChild.remove();
  fresh += known.size ? added.length : 0;
  find("#older").hidden = grown ? find("#older").hidden : entries.length < MOST;
  showEmpty();
}

function showEmpty() {
  const empty = find("#empty");
  empty.hidden = body.children.length > 0;
  find("#entries").hidden = !empty.hidden;
  const filtered = Object.values(chosen()).some((value) => value !== null);
  empty.textContent = filtered
    ? "No request matches these filters."
    : "No request yet. Call an API, for instance with a request from the overview, and it appears here.";
}

async function bringOlder() {
  const entries = await attempt(() => call("GET", "/log", { query: { ...chosen(), limit: MOST, before: last() } }));
  if (!entries) return;
  grown = true;
  body.append(...entries.map(row));
  find("#older").hidden = entries.length < MOST;
}

const lookSoon = calm(() => paused || look(), 300);

function restart() {
  grown = false;
  body.replaceChildren();
  const { world, ...query } = chosen();
  history.replaceState(null, "", pageOf("traffic", { ...query, of: world }));
  listen();
  look();
}

const live = find("#live");
let source = null;

function showState(text, isOn) {
  live.textContent = text;
  live.classList.toggle("on", isOn);
}

/** Be told of new requests, unless nobody looks: a browser has few connections to a host. */
function listen() {
  source?.close();
  source = null;
  if (paused || document.hidden) {
    showState("paused", false);
    return;
  }
  source = new EventSource(address(`${facts.root}/log/stream`, chosen()));
  source.onopen = () => {
    showState("live", true);
    lookSoon();
  };
  source.onerror = () => showState("not connected", false);
  source.onmessage = lookSoon;
  source.addEventListener("lost", lookSoon);
}

for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements[name];
  if (!field) continue;
  if (name === "of" && ![...field.options].some((each) => each.value === value)) field.add(new Option(value, value));
  field.value = value;
}
form.addEventListener("input", restart);
form.addEventListener("reset", () => setTimeout(restart));
form.addEventListener("submit", (event) => event.preventDefault());
find("#older").addEventListener("click", bringOlder);
find("#pause").addEventListener("click", (event) => {
  paused = !paused;
  event.currentTarget.setAttribute("aria-pressed", paused);
  event.currentTarget.textContent = paused ? "Resume" : "Pause";
  listen();
});
find("#clear").addEventListener("click", async () => {
  await attempt(() => call("DELETE", "/log"), "The log is empty now.");
  restart();
});
document.addEventListener("visibilitychange", listen);
setInterval(() => {
  if (!fresh) return;
  find("#news").textContent = count(fresh, "new request");
  fresh = 0;
}, 5000);
listen();
