// What pages do beyond links and forms. Everything here has a way without it.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, body = doc.body;
  const words = JSON.parse(body.dataset.words);
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const one = (selector, at = doc) => at.querySelector(selector);
  const all = (selector, at = doc) => [...at.querySelectorAll(selector)];
  const on = (type, selector, act, capture = false) => doc.addEventListener(type, (e) => {
    const hit = e.target.closest?.(selector);
    if (hit) act(e, hit);
  }, capture);
  const fire = (node, type) => node.dispatchEvent(new Event(type, { bubbles: true }));
  const ask = (url, target, more = {}) => fetch(url, {
    ...more, credentials: "same-origin", headers: { "HX-Request": "true", "HX-Target": target, Accept: "text/html" },
  });
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  root.classList.add("js");

  // --- said aloud, shown for a while -----------------------------------------------------------------------------
  const aloud = doc.createElement("div");
  aloud.className = "hide";
  aloud.setAttribute("role", "status");
  body.append(aloud);
  const toasts = one("#toasts");
  const leaveLater = (node) => {
    let timer;
    const start = () => { timer = setTimeout(() => node.remove(), 10000); };
    const stop = () => clearTimeout(timer);
    node.addEventListener("mouseenter", stop);
    node.addEventListener("mouseleave", start);
    node.addEventListener("focusin", stop);
    node.addEventListener("focusout", start);
    start();
  };
  const toast = (text, { bad = false, undo = null } = {}) => {
    if (all("p", toasts).some((p) => p.textContent === text)) return;
    const node = doc.createElement("div");
    node.className = bad ? "toast bad" : "toast";
    node.dataset.toast = "";
    node.append(Object.assign(doc.createElement("p"), { textContent: text }));
    const button = (label, act) => {
      const made = Object.assign(doc.createElement("button"), { type: "button", className: "button", textContent: label });
      made.addEventListener("click", () => { node.remove(); act?.(); });
      node.append(made);
    };
    if (undo) button(words.undo, undo);
    button(words.close);
    toasts.append(node);
  };
  if (toasts) {
    all("[data-toast]", toasts).forEach(leaveLater);
    new MutationObserver((list) => list.forEach((m) => m.addedNodes.forEach((n) => n.nodeType === 1 && leaveLater(n))))
      .observe(toasts, { childList: true });
  }

  // --- dialogs, menus, panels --------------------------------------------------------------------------------------
  const dialog = one("#dialog");
  const openDialog = async (href) => {
    let answer;
    try { answer = await ask(href, "div#dialog-body"); } catch { return toast(words.offline, { bad: true }); }
    if (answer.redirected || !dialog?.showModal) return location.assign(href);
    const page = parsed(await answer.text());
    const panel = one("main .body", page) || one("main", page) || page.body;
    const title = one("[data-title], h1", panel);
    one("#dialog-t").textContent = title ? title.textContent : "";
    title?.remove();
    const place = one("#dialog-body");
    place.replaceChildren(...panel.childNodes);
    window.htmx?.process(place);
    dialog.showModal();
    vanish(place);
  };
  const vanish = (at) => all("[data-vanish]", at).forEach((node) => setTimeout(() => {
    node.textContent = "••••••";
    if (dialog?.open && dialog.contains(node)) dialog.close();
  }, node.dataset.vanish * 1000));
  on("click", "[data-dialog]", (e, link) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    openDialog(link.href);
  });
  on("click", "[data-shows]", (e, button) => one("#" + button.dataset.shows)?.showModal());
  on("click", "dialog", (e, node) => { if (e.target === node) node.close(); });
  on("click", "[data-close]", (e, node) => {
    const over = node.closest("dialog, [data-toast]");
    if (!over) return;
    e.preventDefault();
    if (over.close) over.close(); else over.remove();
  });
  const foldMenus = (but) => all("details.menu[open]").forEach((m) => { if (m !== but) m.open = false; });
  doc.addEventListener("click", (e) => foldMenus(e.target.closest("details.menu")));
  doc.addEventListener("focusin", (e) => foldMenus(e.target.closest("details.menu")));
  const openers = (id) => all(`[data-open="${id}"]`);
  const toggle = (panel, open) => {
    panel.classList.toggle("open", open);
    openers(panel.id).forEach((o) => o.setAttribute("aria-expanded", open));
    if (open) (panel.matches("[tabindex]") ? panel : one("input, select", panel))?.focus();
  };
  all("[data-open]").forEach((o) => { o.setAttribute("role", "button"); o.setAttribute("aria-expanded", "false"); });
  on("click", "[data-open]", (e, link) => {
    e.preventDefault();
    const panel = doc.getElementById(link.dataset.open);
    toggle(panel, !panel.classList.contains("open"));
  });
  doc.addEventListener("keydown", (e) => {
    if (e.key === " " && e.target.matches?.("[data-open]")) { e.preventDefault(); e.target.click(); }
    if (e.key !== "Escape") return;
    const menu = one("details.menu[open]"), panel = one(".side.open");
    if (menu) { menu.open = false; one("summary", menu).focus(); }
    if (panel) { toggle(panel, false); openers(panel.id)[0]?.focus(); }
  });

  // --- choosing one of many by typing --------------------------------------------------------------------------------
  const open = new WeakMap();
  const parts = (box) => ({
    box, input: one("[role=combobox]", box), list: one("[role=listbox]", box), value: one("input[type=hidden]", box),
    was: one('input[name$="~was"]', box),
  });
  const shut = ({ input, list }) => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (c, to) => {
    const options = all("[role=option]:not([aria-disabled])", c.list);
    options.forEach((o) => o.setAttribute("aria-selected", o === to));
    if (!to) return c.input.removeAttribute("aria-activedescendant");
    c.input.setAttribute("aria-activedescendant", to.id);
    to.scrollIntoView({ block: "nearest" });
  };
  const lookUp = async (c, typed) => {
    open.get(c.input)?.abort();
    const stop = new AbortController();
    open.set(c.input, stop);
    const url = new URL(c.box.dataset.combo, location.href);
    url.searchParams.set("q", typed);
    url.searchParams.set("id", c.list.id);
    const sent = url.searchParams.has("with") && c.input.form ? new FormData(c.input.form) : null;
    sent && url.searchParams.get("with").split(",").forEach((name) => url.searchParams.set("with." + name, sent.getAll(name).filter(Boolean).join(",")));
    try {
      const answer = await ask(url, "ul#" + c.list.id, { signal: stop.signal });
      if (!answer.ok || answer.redirected) return shut(c);
      c.list.replaceChildren(...all("[role=option]", parsed(await answer.text())));
    } catch (error) {
      if (error.name !== "AbortError") { shut(c); toast(words.offline, { bad: true }); }
      return;
    }
    c.list.hidden = false;
    c.input.setAttribute("aria-expanded", "true");
    point(c, null);
    aloud.textContent = say("found_n", { n: all("[role=option]:not([aria-disabled])", c.list).length });
  };
  const choose = (c, option) => {
    shut(c);
    if (option.dataset.href) return location.assign(option.dataset.href);
    c.value.value = option.dataset.value;
    c.was.value = c.input.value = one("span", option).textContent;
    fire(c.value, "change");
  };
  const waits = new WeakMap();
  on("input", "[data-combo] [role=combobox]", (e, input) => {
    const c = parts(input.closest("[data-combo]"));
    if (c.value) c.value.value = "";
    clearTimeout(waits.get(input));
    if (!input.value.trim() && "go" in c.box.dataset) return shut(c);
    waits.set(input, setTimeout(() => lookUp(c, input.value), 200));
  });
  on("keydown", "[data-combo] [role=combobox]", (e, input) => {
    if (e.isComposing) return;
    const c = parts(input.closest("[data-combo]"));
    const options = all("[role=option]:not([aria-disabled])", c.list);
    const at = options.findIndex((o) => o.id === input.getAttribute("aria-activedescendant"));
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (c.list.hidden) return void lookUp(c, c.value?.value ? "" : input.value);
      const step = e.key === "ArrowDown" ? 1 : -1;
      point(c, options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length]);
    } else if (e.key === "Enter" && !c.list.hidden && at >= 0) {
      e.preventDefault();
      choose(c, options[at]);
    } else if (e.key === "Escape" && !c.list.hidden) {
      e.preventDefault();
      e.stopPropagation();
      shut(c);
    } else if (e.key === "Tab") shut(c);
  });
  on("click", "[data-combo] > button", (e, button) => {
    const c = parts(button.parentNode);
    c.input.focus();
    if (c.list.hidden) lookUp(c, ""); else shut(c);
  });
  on("click", "[data-combo]:not([data-go]) [role=combobox]", (e, input) => {
    const c = parts(input.closest("[data-combo]"));
    if (c.list.hidden && !input.readOnly) lookUp(c, c.value?.value ? "" : input.value);
  });
  on("mousedown", "[data-combo] [role=listbox]", (e) => e.preventDefault());
  on("click", "[data-combo] [role=option]:not([aria-disabled])", (e, option) => choose(parts(option.closest("[data-combo]")), option));
  on("focusout", "[data-combo]", (e, box) => { if (!box.contains(e.relatedTarget)) { clearTimeout(waits.get(one("[role=combobox]", box))); shut(parts(box)); } });

  // --- rows of a sub-table -----------------------------------------------------------------------------------------------
  const FIRST = "input:not([type=hidden]), select, textarea";
  on("click", 'button[name="~add"]', (e, button) => {
    const rows = button.closest("[data-rows]"), at = +rows.dataset.next;
    e.preventDefault();
    rows.dataset.next = at + 1;
    const place = one("tbody", rows);
    place.insertAdjacentHTML("beforeend", one("template", rows).innerHTML.replace(/__n__/g, at).replace(/__r__/g, place.rows.length + 1));
    one(FIRST, place.lastElementChild)?.focus();
    fire(rows, "change");
  });
  on("click", 'button[name="~remove"]', (e, button) => {
    const rows = button.closest("[data-rows]"), row = button.closest("tr"), after = row.nextElementSibling, place = row.parentNode;
    e.preventDefault();
    (one(FIRST, after || row.previousElementSibling || doc.createElement("p")) || one('button[name="~add"]', rows)).focus();
    row.remove();
    fire(rows, "change");
    toast(say("row_removed"), { undo: () => { place.insertBefore(row, after); fire(rows, "change"); one(FIRST, row)?.focus(); } });
  });

  // --- what was typed is not lost ------------------------------------------------------------------------------------------
  const dirty = new Set(), timers = new WeakMap();
  const withoutFiles = (form) => {
    const sent = new FormData(form);
    [...sent].forEach(([name, value]) => { if (value instanceof File) sent.delete(name); });
    return sent;
  };
  const keep = async (form) => {
    const status = one("[data-saved]", form);
    status.textContent = words.saving;
    dirty.delete(form);
    try {
      const answer = await ask(form.dataset.autosave, "draft", { method: "POST", body: withoutFiles(form) });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      status.textContent = parsed(await answer.text()).body.textContent.trim();
    } catch {
      dirty.add(form);
      status.textContent = words.not_saved;
    }
  };
  const touched = (e, form) => {
    if (e.target.matches("[data-all], [role=combobox]") && e.type === "change") return;
    dirty.add(form);
    if (!form.dataset.autosave) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => form.isConnected && keep(form), 2000));
  };
  on("input", "form[data-guard]", touched);
  on("change", "form[data-guard]", touched);
  let leaving = false, sent = 0;
  doc.addEventListener("submit", (e) => {
    if (e.defaultPrevented && !e.target.matches("[hx-post]")) return;
    if (!navigator.onLine) {
      e.preventDefault();
      e.stopPropagation();
      return toast(words.offline, { bad: true });
    }
    clearTimeout(timers.get(e.target));
    leaving = true;
    sent = Date.now();
    setTimeout(() => { leaving = false; }, 8000);
  }, true);
  addEventListener("beforeunload", (e) => {
    if (leaving || ![...dirty].some((form) => form.isConnected)) return;
    e.preventDefault();
    e.returnValue = words.leave;
  });
  addEventListener("online", () => {
    toast(words.online);
    [...dirty].forEach((form) => form.isConnected && form.dataset.autosave && keep(form));
  });
  addEventListener("offline", () => toast(words.offline, { bad: true }));
  on("click", "[data-confirm]", (e, node) => {
    if (confirm(node.dataset.confirm)) return;
    e.preventDefault();
    e.stopImmediatePropagation();
  }, true);

  // --- ticking rows -----------------------------------------------------------------------------------------------------------
  const boxes = (form) => all('input[name="id"]', form);
  const recount = (form) => {
    const ticked = boxes(form).filter((b) => b.checked).length, of = boxes(form).length;
    const bar = one(".bulk", form), head = one("[data-all]", form), every = one('input[name="all"]', form);
    if (head) { head.checked = ticked > 0 && ticked === of; head.indeterminate = ticked > 0 && ticked < of; }
    boxes(form).forEach((b) => b.closest("tr")?.classList.toggle("on", b.checked));
    if (!bar) return;
    bar.dataset.n = ticked;
    if (every && !ticked) every.checked = false;
    one("[data-count]", bar).textContent = say("ticked", { n: every?.checked ? one("span", every.parentNode).textContent : ticked });
  };
  let last = null;
  on("click", '[data-list] input[name="id"]', (e, box) => {
    const list = boxes(box.form);
    if (e.shiftKey && last && list.includes(last)) {
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      list.slice(from, to + 1).forEach((b) => { b.checked = box.checked; });
    }
    last = box;
  });
  on("change", "form[data-list]", (e, form) => {
    if (e.target.matches("[data-all]")) boxes(form).forEach((b) => { b.checked = e.target.checked; });
    recount(form);
  });
  on("click", "[data-none]", (e, button) => {
    boxes(button.form).forEach((b) => { b.checked = false; });
    recount(button.form);
    one("[data-all], input[name=id]", button.form)?.focus();
  });

  // --- keyboard ------------------------------------------------------------------------------------------------------------------
  const seen = (node) => node && node.offsetParent !== null && !node.matches("[aria-disabled=true]");
  const lines = () => all("main .list .t a, main .tasks a.t, main .stack > li > a").filter(seen);
  const lineOf = () => doc.activeElement.closest?.("main tr, main .stack > li");
  const move = (step) => {
    const found = lines(), here = lineOf();
    const at = found.findIndex((a) => here && here.contains(a));
    const to = found[at < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(Math.max(at + step, 0), found.length - 1)];
    to?.focus();
  };
  const press = (key) => {
    const here = lineOf();
    const hit = [...(here ? all(`[data-key="${key}"]`, here) : []), ...all(`[data-key="${key}"]`)].find(seen);
    hit?.click();
    return Boolean(hit);
  };
  const go = (href) => (one(`.side a[href="${href}"]`) ? location.assign(href) : undefined);
  let began = 0;
  doc.addEventListener("keydown", (e) => {
    if (!("keys" in body.dataset) || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return;
    if (one("dialog[open]") || e.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
    const after = Date.now() - began < 1200;
    began = 0;
    if (e.key === "g" && !after) { began = Date.now(); return; }
    if (after && e.key === "i") return void go("/inbox");
    if (after && e.key === "h") return void go("/");
    if (e.key === "/") { e.preventDefault(); one("#find")?.select(); }
    else if (e.key === "?") one("#keys")?.showModal();
    else if (e.key === "j" || e.key === "k") { e.preventDefault(); move(e.key === "j" ? 1 : -1); }
    else if (e.key === "x") { const box = one('input[name="id"]', lineOf() || doc.createElement("p")); box?.click(); }
    else if ("eaz".includes(e.key) && press(e.key)) e.preventDefault();
  });
  on("focusin", "main tr", (e, row) => { all("tr.at").forEach((r) => r.classList.remove("at")); row.classList.add("at"); });

  on("click", 'a[href="?print"]', (e) => { e.preventDefault(); foldMenus(); print(); });

  // --- small comforts ----------------------------------------------------------------------------------------------------------------
  on("submit", "form[data-look]", (e, form) => {
    const by = e.submitter;
    if (by?.name !== "theme") return;
    e.preventDefault();
    if (by.value === "auto") root.removeAttribute("data-theme"); else root.dataset.theme = by.value;
    all('[name="theme"]', form).forEach((b) => b.setAttribute("aria-pressed", b === by));
    const sent = new FormData(form);
    sent.set("theme", by.value);
    ask(form.action, "look", { method: "POST", body: new URLSearchParams(sent) }).catch(() => toast(words.offline, { bad: true }));
  });
  on("click", "[data-stock] button", (e, button) => {
    const box = doc.getElementById(button.parentNode.dataset.stock);
    box.value = box.value.trim() ? `${box.value.trim()}\n${button.textContent}` : button.textContent;
    fire(box, "input");
    box.focus();
  });
  const human = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const kept = (input, file) => {
    const line = doc.createElement("li"), link = doc.createElement("a"), label = doc.createElement("label");
    const box = Object.assign(doc.createElement("input"), { type: "checkbox", name: input.name.slice(0, -4), value: file.id, checked: true });
    const hidden = Object.assign(doc.createElement("span"), { className: "hide", textContent: file.name });
    const says = Object.assign(doc.createElement("span"), { textContent: words.keep });
    Object.assign(link, { href: `/files/${file.id}`, textContent: file.name });
    says.append(hidden);
    label.className = "opt";
    label.append(box, says);
    line.append(link, Object.assign(doc.createElement("small"), { className: "soft", textContent: file.size }), label);
    return line;
  };
  const send = (input, file, line) => new Promise((done) => {
    const request = new XMLHttpRequest(), sent = new FormData(), bar = doc.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    line.append(file.name, Object.assign(doc.createElement("small"), { className: "soft", textContent: human(file.size) }), bar);
    sent.append("csrf", input.form.elements.csrf.value);
    sent.append("file", file);
    request.upload.onprogress = (e) => { bar.value = e.lengthComputable ? e.loaded / e.total : 0; };
    request.onloadend = () => {
      let found = null;
      try { found = JSON.parse(request.responseText); } catch { /* said below */ }
      if (request.status === 200) line.replaceWith(kept(input, found[0]));
      else {
        line.remove();
        const why = found?.errors?.[0];
        toast(why ? `${why.what} ${why.remedy}` : request.status ? words.failed : words.offline, { bad: true });
      }
      done(request.status === 200);
    };
    request.open("POST", input.dataset.upload);
    request.setRequestHeader("Accept", "application/json");
    request.send(sent);
  });
  on("change", "input[data-upload]", async (e, input) => {
    const form = input.form, files = [...input.files], field = input.closest(".f, td");
    if (!files.length || !form.elements.csrf) return;
    e.stopPropagation();
    let list = one("ul.files", field);
    if (!list) input.before(list = Object.assign(doc.createElement("ul"), { className: "files" }));
    form.dataset.uploading = +(form.dataset.uploading || 0) + 1;
    input.value = "";
    const done = await Promise.all(files.map((file) => {
      const line = doc.createElement("li");
      list.append(line);
      return send(input, file, line);
    }));
    if (!--form.dataset.uploading) delete form.dataset.uploading;
    if (!input.multiple && done[0]) [...list.children].slice(0, -1).forEach((line) => line.remove());
    fire(one("input[type=checkbox]", list) || input, "change");
  }, true);
  doc.addEventListener("submit", (e) => {
    if (!("uploading" in e.target.dataset)) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    toast(words.uploading, { bad: true });
  }, true);
  on("change", "input[data-preview]:not([data-upload])", (e, input) => {
    const list = input.nextElementSibling?.matches("[data-picked]") ? input.nextElementSibling : doc.createElement("ul");
    list.className = "files";
    list.dataset.picked = "";
    list.replaceChildren(...[...input.files].map((file) => {
      const line = doc.createElement("li");
      if (/^image\/(png|jpeg|webp|gif)$/.test(file.type)) {
        const shown = Object.assign(new Image(), { className: "thumb", alt: "", src: URL.createObjectURL(file) });
        shown.onload = () => URL.revokeObjectURL(shown.src);
        line.append(shown);
      }
      line.append(file.name, Object.assign(doc.createElement("small"), { className: "soft", textContent: human(file.size) }));
      return line;
    }));
    input.after(list);
  });
  on("change", "[data-in-words]", (e, input) => {
    const field = input.closest(".f");
    const said = one("[data-said]", field) || Object.assign(doc.createElement("p"), { className: "help" });
    said.dataset.said = "";
    const moment = input.value && new Date(input.value.length > 10 ? input.value : input.value + "T00:00");
    said.textContent = moment && !isNaN(moment)
      ? new Intl.DateTimeFormat(root.lang, { dateStyle: "full", ...(input.value.length > 10 ? { timeStyle: "short" } : {}) }).format(moment) : "";
    input.after(said);
  });
  on("click", 'a[data-line][href="#text"]', (e, link) => {
    const text = one("textarea.code");
    if (!text) return;
    e.preventDefault();
    const before = text.value.split("\n").slice(0, link.dataset.line - 1), from = before.join("\n").length + (before.length ? 1 : 0);
    text.focus();
    text.setSelectionRange(from, text.value.indexOf("\n", from) < 0 ? text.value.length : text.value.indexOf("\n", from));
    text.scrollTop = (before.length - 4) * (text.scrollHeight / text.value.split("\n").length);
  });

  // --- drawings: the step a request is in is in view ----------------------------------------------------------------------------
  const centre = () => all(".drawing .box.now").forEach((box) => {
    const view = box.closest(".scroll"), from = view.getBoundingClientRect(), at = box.getBoundingClientRect();
    view.scrollLeft += at.left + at.width / 2 - from.left - from.width / 2;
  });

  // --- htmx ----------------------------------------------------------------------------------------------------------------------------
  const narrow = matchMedia("(max-width: 63.99em)");
  let lost = null;
  doc.addEventListener("htmx:config:request", (e) => {
    const { sourceElement: source, request } = e.detail.ctx;
    if (narrow.matches && source.matches?.("[data-wide]")) { e.preventDefault(); location.assign(source.href); }
    if (!source.matches?.("[data-live]")) return;
    if (Date.now() - sent < 400) e.preventDefault(); // the change that a submit caused by taking the focus
    else [...request.body].forEach(([name, value]) => { if (value instanceof File) request.body.delete(name); });
  });
  doc.addEventListener("htmx:before:swap", (e) => {
    const { target } = e.detail.ctx, at = doc.activeElement;
    lost = at && at !== body && target?.contains?.(at) ? { id: at.id, in: target.id } : null;
  });
  doc.addEventListener("htmx:after:swap", (e) => {
    leaving = false;
    const wrong = one("main .summary"), plain = doc.title.replace(words.error_prefix, "");
    doc.title = wrong ? words.error_prefix + plain : plain;
    all("form[data-list]").forEach(recount);
    if (wrong && e.detail.ctx.response?.status >= 400) wrong.focus();
    else if (lost && (!doc.activeElement || doc.activeElement === body)) {
      const to = (lost.id && doc.getElementById(lost.id)) || one(`#${lost.in} [tabindex="-1"]`) || doc.getElementById(lost.in);
      if (to && !to.matches("a, button, input, select, textarea, [tabindex]")) to.tabIndex = -1;
      to?.focus({ preventScroll: true });
    }
    vanish(doc);
  });
  doc.addEventListener("htmx:error", (e) => { leaving = false; if (e.detail.error instanceof TypeError || e.detail.ctx?.request.signal.aborted) toast(words.offline, { bad: true }); });
  doc.addEventListener("htmx:response:error", (e) => {
    leaving = false;
    const { response, text } = e.detail.ctx;
    if (response.status !== 422 && response.status !== 409 && !/id="toasts" hx-swap-oob/.test(text)) toast(words.failed, { bad: true });
  });

  all("form[data-list]").forEach(recount);
  centre();
  vanish(doc);
})();
