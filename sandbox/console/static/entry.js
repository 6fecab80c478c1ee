import { attempt, badge, call, copier, facts, find, make, pageOf, show, when, worldName } from "./page.js";

const article = find("#entry");
// What a browser sets by itself, or may not set.
const OWN = /^(host|content-length|connection|cookie|origin|referer|accept-encoding|user-agent|transfer-encoding|authorization|sec-.*|proxy-.*|te|upgrade|expect|keep-alive|trailer|via|date)$/i;

const quote = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** How the caller's credential is sent: a header line, or a part of the query; null without one. */
function credential(entry) {
  const api = facts.apis.find((each) => each.name === entry.api);
  const [form] = Object.values(api?.schemes || {});
  if (!form || !entry.persona || entry.persona === "anonymous") return null;
  return form.replace("{token}", entry.persona);
}

function target(entry) {
  const secret = credential(entry);
  const query = entry.query || "";
  if (!secret?.startsWith("?")) return entry.path + (query ? `?${query}` : "");
  const name = secret.slice(1).split("=")[0];
  const rest = query.split("&").filter((pair) => pair && pair.split("=")[0] !== name);
  return `${entry.path}?${[...rest, secret.slice(1)].join("&")}`;
}

function headers(entry) {
  const kept = entry.request.headers.filter(([name]) => !OWN.test(name));
  const secret = credential(entry);
  if (secret && !secret.startsWith("?")) kept.push(secret.split(/: (.*)/s).slice(0, 2));
  if (entry.world && !kept.some(([name]) => name.toLowerCase() === "sandbox-world")) kept.push(["Sandbox-World", entry.world]);
  return kept;
}

const isBinary = (part) => part.encoding === "base64";

function curl(entry) {
  const { request } = entry;
  const parts = ["curl", ...(entry.method === "GET" ? [] : ["-X", entry.method])];
  for (const [name, value] of headers(entry)) parts.push("-H", quote(`${name}: ${value}`));
  if (request.body) parts.push(...(isBinary(request) ? ["--data-binary", "@-"] : ["--data-raw", quote(request.body)]));
  const command = [...parts, quote(location.origin + target(entry))].join(" ");
  return request.body && isBinary(request) ? `echo ${request.body} | base64 -d | ${command}` : command;
}

function content({ method, request }) {
  if (!request.body || ["GET", "HEAD"].includes(method)) return undefined; // a browser sends none with these
  return isBinary(request) ? Uint8Array.from(atob(request.body), (each) => each.charCodeAt(0)) : request.body;
}

async function sendAgain(entry, place) {
  const options = { method: entry.method, headers: headers(entry), body: content(entry), redirect: "manual" };
  const start = performance.now();
  await attempt(async () => {
    const response = await fetch(target(entry), options);
    const text = await response.text();
    const took = Math.round(performance.now() - start);
    const [newest] = await call("GET", "/log", { query: { limit: 1, method: entry.method } });
    place.replaceChildren(
      make("h2", {}, "Sent again"),
      make("p", {}, badge(`${response.status} ${response.statusText}`, response.ok ? "good" : "bad"), ` in ${took} ms. `,
        newest && newest.id !== entry.id ? make("a", { href: pageOf(`traffic/${newest.id}`) }, "See it in full") : null),
      text ? show(text, "Answer") : "",
    );
  });
}

function facet(name, each) {
  if (each == null || each === "") return [];
  return [make("dt", {}, name), make("dd", {}, make("code", {}, each))];
}

/** A value as JSON, so that 7 and "7" are told apart. */
const written = (each) => (each == null ? null : JSON.stringify(each));
const plain = (each) => (typeof each === "string" ? each : written(each));

function problem(each) {
  const ids = (each.requirements || []).join(", ");
  const where = [each.location, each.pointer].filter(Boolean).join(" ");
  return make(
    "li",
    {},
    make("h3", {}, where ? make("code", {}, where) : null, where ? " " : null, each.message),
    make("dl", { class: "facts tight" },
      ...facet("Expected", plain(each.expected)),
      ...facet("Received", written(each.received)),
      ...facet("Nearest", written(each.nearest)),
      ...facet("Rule", each.rule),
      ...facet("Requirement", ids)),
  );
}

function explain(entry) {
  const title = entry.verdict === "warned" ? "What does not fit the document" : "Why it was refused";
  const known = entry.problems.length ? make("ol", {}, ...entry.problems.map(problem)) : make("p", {}, entry.reason);
  return make("section", { class: "card problems", "aria-labelledby": "why" }, make("h2", { id: "why" }, title), known);
}

function message(title, part) {
  const rows = part.headers.map(([name, text]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, text)));
  const size = part.truncated ? `the first part of ${part.size.toLocaleString()} bytes` : `${part.size.toLocaleString()} bytes`;
  return make(
    "section",
    { class: "card" },
    make("h2", {}, title),
    make("details", { open: rows.length <= 12 }, make("summary", {}, `${rows.length} headers`),
      make("table", { class: "headers" }, make("tbody", {}, ...rows))),
    make("h3", {}, "Body ", make("small", {}, part.size ? size : "none")),
    isBinary(part) ? make("p", { class: "empty" }, "Not a text; in base64 it is:") : "",
    part.body ? show(part.body, `${title} body`) : "",
  );
}

function render(entry) {
  const again = make("section", { class: "again", "aria-live": "polite" });
  const cut = entry.request.truncated;
  const send = make("button", { type: "button", disabled: cut, onclick: () => sendAgain(entry, again) }, "Send again");
  const told = [entry.api && `${entry.api}${entry.operation ? ` · ${entry.operation}` : ""}`,
    entry.persona && `as ${entry.persona}`, `world ${worldName(entry.world)}`, `${Number(entry.ms).toFixed(1)} ms`];
  article.replaceChildren(
    make("h1", { class: "request" }, `${entry.method} ${entry.path}`, entry.query ? make("small", {}, ` ?${entry.query}`) : null),
    make("p", { class: "summary" }, badge(`${entry.status || "no answer"} ${entry.verdict}`, entry.verdict), " ",
      when(entry.at, true), ` · ${told.filter(Boolean).join(" · ")}`),
    make("p", { class: "buttons" }, copier(() => curl(entry), "Copy as curl", ""), " ", send,
      cut ? " The body was too long to be kept, so it cannot be sent again." : null),
    again,
    entry.reason || entry.problems.length ? explain(entry) : "",
    make("div", { class: "cards" }, message("Request", entry.request), message("Response", entry.response)),
  );
}

try {
  render(await call("GET", `/log/${encodeURIComponent(article.dataset.entry)}`));
} catch (error) {
  article.replaceChildren(make("p", { class: "empty" }, error.message));
}
