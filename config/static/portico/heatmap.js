// The heat map in words: the pair under the pointer, or the one reached with the arrow keys.
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

for (const table of document.querySelectorAll("[data-heatmap]")) {
  const detail = table.closest("section").querySelector("[data-heatmap-detail]");
  const cells = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
  const say = (cell) => {
    if (cell?.title) detail.textContent = cell.title;
  };
  let place = [0, 1];
  if (cells[0]?.[1]) cells[0][1].tabIndex = 0;

  table.addEventListener("mouseover", (event) => say(event.target.closest("td")));
  table.addEventListener("focusin", (event) => say(event.target.closest("td")));
  table.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "TD") event.target.querySelector("a")?.click();
    const move = MOVES[event.key];
    if (!move || !event.target.closest("td")) return;
    event.preventDefault();
    const next = [place[0] + move[0], place[1] + move[1]];
    const cell = cells[next[0]]?.[next[1]];
    if (!cell) return;
    cells[place[0]][place[1]].tabIndex = -1;
    place = next;
    cell.tabIndex = 0;
    cell.focus();
  });
}
