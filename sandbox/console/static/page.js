// What every page uses. Text from requests and records only ever becomes text nodes.

export const facts = JSON.parse(document.getElementById("facts").textContent);
export const find = (selector) => document.querySelector(selector);

/** An element. Properties that start with "on" are listeners; children are elements or texts. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** The address of a query: values that are null are left out. */
export function address(path, query = {}) {
  const known = Object.entries(query).filter(([, value]) => value != null);
  return known.length ? `${path}?${new URLSearchParams(known)}` : path;
}

/** The address of a page of the console, in the world that is shown. */
export const pageOf = (path, query = {}) =>
  address(`${facts.root}/console/${path}`, { world: facts.world || null, ...query });

/** Ask the control plane. Throws an Error with what it says; a lost login goes to the login page. */
export async function call(method, path, { query, body } = {}) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(address(facts.root + path, query), options);
  } catch {
    throw new Error("the sandbox does not answer; is it still running?");
  }
  const text = await response.text();
  if (response.status === 401) location.assign(`${facts.root}/console/login`);
  let content = null;
  try {
    content = text ? JSON.parse(text) : null;
  } catch {
    content = text;
  }
  if (!response.ok) {
    const error = new Error(content?.detail || `${response.status} ${response.statusText}`);
    error.faults = content?.errors || [];
    throw error;
  }
  return content;
}

/** Say at the foot of the page what was done, or what went wrong. */
export function tell(message, bad = false) {
  const told = find("#told");
  told.className = bad ? "told bad" : "told good";
  told.textContent = message;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (told.textContent = ""), bad ? 15000 : 6000);
}

/** Run something that may fail, and tell how it went. */
export async function attempt(action, message) {
  try {
    const result = await action();
    if (message) tell(typeof message === "function" ? message(result) : message);
    return result;
  } catch (error) {
    tell(error.message, true);
    return undefined;
  }
}

/** Ask before something is lost. */
export function ask(question, verb) {
  const dialog = find("#question");
  find("#asked").textContent = question;
  dialog.querySelector("[value=yes]").textContent = verb;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** A button that puts a text into the clipboard. */
export function copier(text, label = "Copy", size = "small") {
  const copy = async (event) => {
    const button = event.currentTarget;
    await navigator.clipboard.writeText(typeof text === "function" ? text() : text).then(
      () => (button.textContent = "Copied"),
      () => tell("the browser did not let the page copy; mark the text instead", true),
    );
    setTimeout(() => (button.textContent = label), 1500);
  };
  return make("button", { type: "button", class: size, onclick: copy }, label);
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** An instant (ISO 8601 or Unix seconds) in the reader's own time; the day too, unless it is today. */
export function when(instant, full = false) {
  const date = new Date(typeof instant === "number" ? instant * 1000 : instant);
  if (Number.isNaN(date.getTime())) return String(instant ?? "");
  const today = !full && date.toDateString() === new Date().toDateString();
  const text = (today ? CLOCK : DAY).format(date);
  return make("time", { datetime: date.toISOString(), title: date.toISOString() }, text);
}

const TONES = { served: "good", refused: "bad", failed: "bad", unrouted: "bad", warned: "warn", forced: "warn", chaos: "warn" };

/** A status or state in its colour; the colour is never alone. */
export const badge = (text, tone) => make("span", { class: `badge ${TONES[tone] || tone || "plain"}` }, text);

/** JSON, pretty where it is JSON, in a box that is closed when it is long. */
export function show(text, title) {
  let shown = text;
  try {
    shown = JSON.stringify(typeof text === "string" ? JSON.parse(text) : text, null, 2);
  } catch {
    // it is shown as it came
  }
  const lines = shown.split("\n").length;
  const box = make("pre", { tabindex: "0", role: "region", "aria-label": title }, shown);
  if (lines <= 40 && shown.length <= 4000) return box;
  const count = `${title}: ${lines.toLocaleString()} lines, ${shown.length.toLocaleString()} characters`;
  return make("details", {}, make("summary", {}, count), box);
}

export const worldName = (world) => world || "default";

/** A number with its noun. */
export const count = (number, noun) => `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;

/** Call it, but not more often than once in so many milliseconds, and never twice at a time. */
export function calm(action, pause) {
  let waiting = false;
  let asked = false;
  return async function run() {
    asked = true;
    if (waiting) return;
    waiting = true;
    while (asked) {
      asked = false;
      await action();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    waiting = false;
  };
}

async function fillWorlds() {
  const worlds = (await call("GET", "/worlds")).map((each) => each.world).filter(Boolean);
  for (const select of document.querySelectorAll("#world, [data-worlds]")) {
    const known = new Set([...select.options].map((option) => option.value));
    select.append(...worlds.filter((world) => !known.has(world)).map((world) => new Option(world, world)));
  }
}

for (const code of document.querySelectorAll("code.copy")) code.after(copier(code.textContent));
attempt(fillWorlds);
