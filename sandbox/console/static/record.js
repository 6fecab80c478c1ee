import { ask, attempt, call, facts, find, make, pageOf, tell } from "./page.js";

const form = find("#record");
const { api, resource, key } = form.dataset;
const area = find("#document");
const list = `/records/${api}/${resource}`;
const place = `${list}/${encodeURIComponent(key)}`;
const query = { world: facts.world };

const write = (record) => (area.value = JSON.stringify(record, null, 2));

/** A new record starts as a copy of another without its key. */
async function draft() {
  const { items } = await call("GET", "/records", { query: { api, resource, ...query, limit: 1 } });
  const name = facts.apis.find((each) => each.name === api).resources[resource];
  const { [name]: _, ...rest } = items[0] || {};
  return rest;
}

function showFaults(error) {
  const faults = error.faults?.length ? error.faults : [{ message: error.message }];
  find("#faults").replaceChildren(
    make("p", { class: "bad" }, "Not saved:"),
    make("ul", {}, ...faults.map((fault) => make("li", {}, [fault.field, fault.message].filter(Boolean).join(": ")))),
  );
}

async function save(event) {
  event.preventDefault();
  find("#faults").replaceChildren();
  try {
    const record = JSON.parse(area.value);
    const saved = await call(key ? "PUT" : "POST", key ? place : list, { query, body: record });
    if (key) {
      write(saved ?? record);
      tell("Saved.");
    } else {
      location.assign(pageOf(`data/${api}/${resource}`));
    }
  } catch (error) {
    showFaults(error instanceof SyntaxError ? new Error(`that is not JSON: ${error.message}`) : error);
  }
}

async function remove() {
  if (!(await ask(`Delete ${key}?`, "Delete"))) return;
  const done = await attempt(() => call("DELETE", place, { query }).then(() => true));
  if (done) location.assign(pageOf(`data/${api}/${resource}`));
}

form.addEventListener("submit", save);
find("#remove")?.addEventListener("click", remove);
attempt(async () => write(key ? await call("GET", place, { query }) : await draft()));
