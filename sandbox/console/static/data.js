import { attempt, call, facts, find, make, pageOf, tell } from "./page.js";

const MOST = 20;
const WIDEST = 4; // columns beside the key
const box = find("#records");
let offset = Number(new URLSearchParams(location.search).get("offset")) || 0;

const text = (value) => (value == null ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));
const cut = (value) => (value.length > 60 ? `${value.slice(0, 60)}…` : value);

function table(items, key) {
  const simple = Object.keys(items[0]).filter((name) => name !== key && typeof items[0][name] !== "object");
  const columns = [key, ...simple.slice(0, WIDEST)];
  const { api, resource } = box.dataset;
  const rows = items.map((item) => make("tr", {}, ...columns.map((name) => {
    const shown = cut(text(item[name]));
    const link = pageOf(`data/${api}/${resource}/record`, { key: text(item[name]) });
    return name === key
      ? make("th", { scope: "row" }, make("a", { href: link }, shown))
      : make("td", { "data-label": name }, shown);
  })));
  return make("table", { class: "rows" },
    make("thead", {}, make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...rows));
}

async function look() {
  const { api, resource } = box.dataset;
  const query = { api, resource, world: facts.world, limit: MOST, offset };
  const page = await attempt(() => call("GET", "/records", { query }));
  if (!page) return;
  const key = facts.apis.find((each) => each.name === api).resources[resource];
  box.replaceChildren(page.items.length ? table(page.items, key) : make("p", { class: "empty" }, "No record yet: add one."));
  const end = Math.min(offset + MOST, page.total);
  find("#range").textContent = page.total ? `${(offset + 1).toLocaleString()}–${end.toLocaleString()} of ${page.total.toLocaleString()}` : "";
  find("#before").disabled = offset === 0;
  find("#after").disabled = end >= page.total;
}

function turn(step) {
  offset = Math.max(0, offset + step);
  history.replaceState(null, "", pageOf(`data/${box.dataset.api}/${box.dataset.resource}`, { offset }));
  look();
}

async function open(event) {
  event.preventDefault();
  const key = new FormData(event.target).get("key").trim();
  const { api, resource } = box.dataset;
  if (!key) return;
  try {
    await call("GET", `/records/${api}/${resource}/${encodeURIComponent(key)}`, { query: { world: facts.world } });
    location.assign(pageOf(`data/${api}/${resource}/record`, { key }));
  } catch (error) {
    tell(error.message, true);
  }
}

if (box) {
  find("#before").addEventListener("click", () => turn(-MOST));
  find("#after").addEventListener("click", () => turn(MOST));
  find("#find").addEventListener("submit", open);
  look();
}
