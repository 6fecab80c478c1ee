import { ask, attempt, call, count, facts, find, make, pageOf, tell, when, worldName } from "./page.js";

const world = facts.world;
const name = `the ${worldName(world)} world`;
const item = (text, ...buttons) => make("li", {}, make("span", {}, ...text), make("span", { class: "buttons" }, ...buttons));
const button = (label, action, danger = false, title = label) =>
  make("button", { type: "button", class: danger ? "small danger" : "small", onclick: action, "aria-label": title }, label);
const empty = (text) => make("li", { class: "empty" }, text);
const submit = (id, action) => find(id).addEventListener("submit", (event) => {
  event.preventDefault();
  action(new FormData(event.target), event.target);
});

// the clock

function showClock(clock) {
  const shown = new Date(clock.now);
  find("#now").replaceWith(make("time", { id: "now", datetime: clock.now }, `${shown.toISOString().replace("T", " ").slice(0, 19)} UTC`));
  find("#frozen").textContent = clock.frozen ? "frozen" : "";
  find("#freeze").textContent = clock.frozen ? "Let it go on" : "Freeze";
}

async function drive(body, message) {
  const clock = await attempt(() => call("POST", "/clock", { body: { world, ...body } }), message);
  if (clock) showClock(clock);
}

const readClock = () => attempt(async () => showClock(await call("GET", "/clock", { query: { world } })));

find("#advance").addEventListener("click", ({ target }) => {
  if (target.value) drive({ advance: Number(target.value) }, `Time of ${name}: ${target.textContent}.`);
});
find("#freeze").addEventListener("click", ({ target }) => drive({ freeze: target.textContent === "Freeze" }));
submit("#set", (fields) => drive({ set: `${fields.get("instant")}Z` }, "The clock is set."));

// worlds

async function listWorlds() {
  const worlds = await attempt(() => call("GET", "/worlds"));
  const rows = (worlds || []).map((each) => {
    const records = Object.values(each.records).reduce((sum, part) => sum + part, 0);
    const link = make("a", { href: `?${new URLSearchParams(each.world ? { world: each.world } : {})}` }, worldName(each.world));
    return item([link, ` ${count(records, "record")}${each.clock.frozen ? ", frozen" : ""}`]);
  });
  find("#all").replaceChildren(...(rows.length ? rows : [empty("No world yet: the first request makes one.")]));
}

find("#reset").addEventListener("click", async () => {
  if (!(await ask(`Put ${name} back to its demo data?`, "Reset"))) return;
  await attempt(() => call("POST", "/reset", { body: { world } }), `The demo data of ${name} are back.`);
  refresh();
});
find("#drop")?.addEventListener("click", async () => {
  if (!(await ask(`Drop ${name} and all it holds?`, "Drop"))) return;
  const done = await attempt(() => call("DELETE", "/worlds", { query: { world } }).then(() => true));
  if (done) location.assign(`${facts.root}/console/controls`);
});

// snapshots

const SNAPSHOT = (snapshot) => `/snapshots/${encodeURIComponent(snapshot)}`;

async function restore(snapshot) {
  if (!(await ask(`Put ${name} to the snapshot ${snapshot}? What it holds now is lost.`, "Restore"))) return;
  await attempt(() => call("POST", `${SNAPSHOT(snapshot)}/restore`, { body: { world } }), `${snapshot} is restored.`);
  refresh();
}

async function forget(snapshot) {
  if (!(await ask(`Delete the snapshot ${snapshot}?`, "Delete"))) return;
  await attempt(() => call("DELETE", SNAPSHOT(snapshot)), `${snapshot} is deleted.`);
  listSnapshots();
}

async function listSnapshots() {
  const snapshots = await attempt(() => call("GET", "/snapshots"));
  const rows = (snapshots || []).map((each) => {
    const records = typeof each.records === "number" ? each.records : Object.values(each.records).reduce((sum, part) => sum + part, 0);
    const told = ` of ${worldName(each.world)}, ${count(records, "record")}, `;
    return item([make("strong", {}, each.name), told, when(each.made)],
      button("Restore", () => restore(each.name), false, `Restore ${each.name}`),
      make("a", { class: "button small", href: facts.root + SNAPSHOT(each.name), download: `${each.name}.json`, "aria-label": `Export ${each.name}` }, "Export"),
      button("Delete", () => forget(each.name), true, `Delete ${each.name}`));
  });
  find("#snapshots").replaceChildren(...(rows.length ? rows : [empty("No snapshot yet. Save one before a test, and restore it afterwards.")]));
}

submit("#save", async (fields, form) => {
  const body = { name: fields.get("name"), world };
  if (await attempt(() => call("POST", "/snapshots", { body }), `${body.name} is saved.`)) form.reset();
  listSnapshots();
});
submit("#import", async (fields, form) => {
  const file = fields.get("file");
  const snapshot = file.name.replace(/\.json$/, "").replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 64);
  const done = await attempt(async () => (await call("PUT", SNAPSHOT(snapshot), { body: await file.text() })) ?? true, `${snapshot} is imported.`);
  if (done) form.reset();
  listSnapshots();
});

// chaos

const chaos = find("#chaos");

function describe(rule) {
  const where = [rule.api, rule.operation, rule.method, rule.path, rule.world && `world ${rule.world}`].filter(Boolean).join(" ");
  const fates = [rule.status && `status ${rule.status}`, rule.drop && "dropped connection", rule.truncate && "answer cut short",
    rule.latency && `late by ${Object.values(rule.latency).join(" to ")} s`].filter(Boolean).join(", ");
  const left = rule.left == null ? "" : `, ${rule.left} left`;
  return [make("strong", {}, fates), ` for ${where || "every request"}, rate ${rule.rate ?? 1}${left}`, ...(rule.ends ? [", until ", when(rule.ends)] : [])];
}

async function listRules() {
  const rules = await attempt(() => call("GET", "/chaos"));
  const end = async (rule) => {
    await attempt(() => call("DELETE", `/chaos/${encodeURIComponent(rule.id)}`), "The rule is gone.");
    listRules();
  };
  const rows = (rules || []).map((rule) => item(describe(rule), button("End", () => end(rule), true, `End the rule ${rule.id}`)));
  find("#rules").replaceChildren(...(rows.length ? rows : [empty("No rule: every request is answered as documented.")]));
}

function offer() {
  const api = facts.apis.find((each) => each.name === chaos.elements.api.value);
  const options = Object.entries(api?.operations || {}).map(([id, text]) => new Option(`${id} – ${text}`, id));
  chaos.elements.operation.replaceChildren(new Option("all", ""), ...options);
}

function showFields() {
  const { fate, status, min, max } = chaos.elements;
  status.parentElement.hidden = fate.value !== "status";
  for (const field of [min, max]) field.parentElement.hidden = fate.value !== "latency";
}

submit("#chaos", async (fields) => {
  const number = (field) => (fields.get(field) === "" ? undefined : Number(fields.get(field)));
  const fates = { status: { status: number("status") }, drop: { drop: true }, truncate: { truncate: true },
    latency: { latency: { min: number("min"), max: number("max") } } };
  const body = { ...fates[fields.get("fate")], api: fields.get("api") || undefined, operation: fields.get("operation") || undefined,
    world: world || undefined, rate: number("rate"), seconds: number("seconds"), times: number("times") };
  await attempt(() => call("POST", "/chaos", { body }), "The rule holds from now on.");
  listRules();
});
chaos.elements.api.addEventListener("input", offer);
chaos.elements.fate.addEventListener("input", showFields);
find("#calm").addEventListener("click", async () => {
  await attempt(() => call("DELETE", "/chaos"), "All rules are gone.");
  listRules();
});

function refresh() {
  readClock();
  listWorlds();
}

offer();
showFields();
refresh();
listSnapshots();
listRules();
setInterval(() => document.hidden || readClock(), 2000);
