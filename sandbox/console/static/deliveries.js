import { attempt, badge, call, count, facts, find, make, show, when, worldName } from "./page.js";

const STEP = 50;
const TONES = { delivered: "good", failed: "bad", pending: "warn" };
const filters = find("#filters");
const emit = find("#emit");
let most = STEP;

function row(delivery) {
  const replay = () => attempt(() => call("POST", `/deliveries/${delivery.id}/replay`), "It is sent again.").then(look);
  const outcome = delivery.error || (delivery.status ? `answered ${delivery.status}` : "");
  return make(
    "tr",
    {},
    make("td", {}, make("strong", {}, delivery.event), make("p", {}, delivery.api, " ", delivery.created ? when(delivery.created) : ""),
      make("details", {}, make("summary", {}, "Body"), show(delivery.body, "Body"))),
    make("td", { class: "request", "data-label": "Receiver" }, delivery.url),
    make("td", {}, badge(delivery.state, TONES[delivery.state]), outcome ? make("p", { class: "reason" }, outcome) : null),
    make("td", { class: "number", "data-label": "Attempts" }, String(delivery.attempts)),
    make("td", { "data-label": "Next" }, delivery.due ? when(delivery.due) : "–"),
    make("td", {}, make("button", { type: "button", onclick: replay, "aria-label": `Replay ${delivery.event}` }, "Replay")),
  );
}

async function look() {
  const chosen = Object.fromEntries([...new FormData(filters)].map(([name, value]) => [name, value || null]));
  const found = await attempt(() => call("GET", "/deliveries", { query: { ...chosen, world: facts.world } }));
  if (!found) return;
  const newest = found.reverse();
  find("#list").hidden = !newest.length;
  find("#empty").hidden = newest.length > 0;
  find("#list tbody").replaceChildren(...newest.slice(0, most).map(row));
  find("#more").hidden = newest.length <= most;
}

function offer() {
  const api = facts.apis.find((each) => each.name === emit.elements.api.value);
  const options = (names) => names.map((name) => new Option(name, name));
  emit.elements.event.replaceChildren(...options(api?.events || []));
  emit.elements.resource.replaceChildren(new Option("none", ""), ...options(Object.keys(api?.resources || {})));
}

async function send(event) {
  event.preventDefault();
  const fields = [...new FormData(emit)].filter(([, value]) => value);
  const body = { ...Object.fromEntries(fields), world: facts.world };
  const told = (result) => result.deliveries
    ? `${result.event}: ${count(result.deliveries, "delivery").replace("deliverys", "deliveries")} on the way.`
    : `${result.event}: nobody subscribes to it.`;
  await attempt(() => call("POST", "/emit", { body }), told);
  look();
}

filters.addEventListener("input", look);
filters.addEventListener("submit", (event) => event.preventDefault());
find("#refresh").addEventListener("click", look);
find("#more").addEventListener("click", () => { most += STEP; look(); });
emit.elements.api.addEventListener("input", offer);
emit.addEventListener("submit", send);
offer();
look();
