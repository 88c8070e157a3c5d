"use strict";
(() => {
  const canvas = document.querySelector(".canvas");
  const things = canvas ? [...canvas.querySelectorAll("g.node, g.edge")] : [];

  // Graphviz puts a name of its own into each title: `a->b` for an edge. It tells who is whose neighbour; then the
  // title says what the tooltip says.
  const ends = new Map();
  for (const thing of things) {
    const title = thing.querySelector("title");
    ends.set(thing, title.textContent.split("->"));
    const link = thing.querySelector("a");
    title.textContent = (link && link.getAttribute("xlink:title")) || "";
  }

  const near = (thing) => {
    const names = ends.get(thing);
    return things.filter((other) => {
      const theirs = ends.get(other);
      if (names.length === 2) return other === thing || (theirs.length === 1 && names.includes(theirs[0]));
      return other === thing || (theirs.length === 2 && theirs.includes(names[0]));
    });
  };
  const look = (thing) => {
    things.forEach((other) => other.classList.remove("near"));
    canvas.classList.toggle("looking", Boolean(thing));
    if (thing) {
      const around = near(thing);
      around.flatMap((other) => (ends.get(thing).length === 1 ? near(other) : [])).concat(around)
        .filter((other) => ends.get(other).length === 1 || around.includes(other))
        .forEach((other) => other.classList.add("near"));
    }
  };
  const go = (thing) => {
    const entry = document.getElementById("entry-" + thing.id);
    if (!entry) return;
    location.hash = entry.id;
    entry.focus({ preventScroll: true });
  };
  for (const thing of things) {
    thing.setAttribute("tabindex", "0");
    thing.setAttribute("role", "link");
    thing.addEventListener("mouseenter", () => look(thing));
    thing.addEventListener("mouseleave", () => look(null));
    thing.addEventListener("focus", () => look(thing));
    thing.addEventListener("blur", () => look(null));
    thing.addEventListener("click", () => go(thing));
    thing.addEventListener("keydown", (event) => { if (event.key === "Enter") go(thing); });
  }

  const filter = document.getElementById("filter");
  const rows = [...document.querySelectorAll("#fields tbody tr")];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const narrow = () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, at) => { row.hidden = !wanted.every((word) => words[at].includes(word)); });
    const shown = rows.filter((row) => !row.hidden).length;
    document.getElementById("shown").textContent = wanted.length ? `${shown} of ${rows.length}` : "";
  };
  filter.addEventListener("input", narrow);
  // A row that the filter hides cannot be led to.
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.hidden) { filter.value = ""; narrow(); target.scrollIntoView(); }
  });

  // What is folded would not be printed.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((entry) => { entry.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach((entry) => { entry.open = false; }); });
})();
