import { attempt, badge, call, facts, find, make, pageOf, when, worldName } from "./page.js";

async function countRecords(api) {
  const { resources } = await call("GET", "/records", { query: { api: api.name, world: facts.world } });
  const links = resources.map(({ name, records }) =>
    make("li", {}, make("a", { href: pageOf(`data/${api.name}/${name}`) }, name), ` ${records.toLocaleString()}`),
  );
  find(`[data-records="${api.name}"]`).replaceChildren(make("ul", { class: "counts" }, ...links));
}

async function showNow() {
  const [clock, worlds, [latest]] = await Promise.all([
    call("GET", "/clock", { query: { world: facts.world } }),
    call("GET", "/worlds"),
    call("GET", "/log", { query: { limit: 1 } }),
  ]);
  find("#clock").replaceChildren(when(clock.now, true), clock.frozen ? " (frozen)" : "");
  find("#count").textContent = worlds.map((each) => worldName(each.world)).join(", ") || "none yet";
  find("#latest").replaceChildren(
    ...(latest
      ? [make("code", {}, `${latest.method} ${latest.path}`), " ", badge(`${latest.status} ${latest.verdict}`, latest.verdict)]
      : ["none yet: copy a request below into a terminal"]),
  );
}

attempt(showNow);
for (const api of facts.apis.filter((each) => Object.keys(each.resources).length)) attempt(() => countRecords(api));
