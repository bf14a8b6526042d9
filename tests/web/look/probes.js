(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (node) => node.outerHTML.slice(0, 100);

  // Boxes of what can be pressed that are too small, and what sticks out at the side. least: height of buttons.
  const fits = (least) => {
    const found = [], wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) {
      const out = all("body *").filter((n) => n.getBoundingClientRect().right > innerWidth + 1 && !n.closest(".scroll, .tabs, .hide"));
      found.push(`sticks out by ${wide}: ${out.slice(0, 3).map(name)}`);
    }
    for (const node of all("a[href], button, input, select, textarea, summary, [role=option]")) {
      if (node.type === "hidden" || !node.getClientRects().length || node.matches(".skip") || node.closest("dialog:not([open])")) continue;
      const look = getComputedStyle(node);
      if (look.visibility === "hidden" || (node.tagName === "A" && look.display === "inline")) continue;
      const box = ((/checkbox|radio/.test(node.type) && node.closest("label")) || node).getBoundingClientRect();
      const large = node.matches(".button, .tabs-bar a, select, input:not([type=checkbox]):not([type=radio])");
      const need = large ? least : 24;
      if (box.width < 24 || box.height < need - 0.5) found.push(`${Math.round(box.width)}x${Math.round(box.height)} < ${need}: ${name(node)}`);
    }
    return found;
  };

  // Whether what has the focus shows it and can be seen: nothing else lies over its middle. "end" when nothing has it.
  const shown = () => {
    const at = document.activeElement, look = getComputedStyle(at), box = at.getBoundingClientRect(), wrong = [];
    if (at === document.body) return "end";
    if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2) wrong.push("no ring: " + name(at));
    if (box.top < 0 || box.bottom > innerHeight + 1) wrong.push(`outside ${Math.round(box.top)} to ${Math.round(box.bottom)}: ${name(at)}`);
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), y = box.top + box.height / 2;
    const over = document.elementFromPoint(x, y);
    const own = !over || at.contains(over) || over.contains(at) || over.closest("label")?.contains(at);
    if (!own) wrong.push(`covered by ${name(over)}: ${name(at)}`);
    return wrong.join("; ");
  };
  return { fits, shown };
})()
