// The wall of phones. The gateway's answer is the state; the stream says what moved.
const MOST_PHONES = 48;
const byId = (id) => document.getElementById(id);
const wall = byId("wall"), template = byId("phone"), find = byId("find"), writing = byId("writing");
const phones = new Map(); // mobile -> {mobile, items: [], at, element}
const messages = new Map(); // sid -> message
const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
const STATES = { "": ["…", "已提交", ""], SUCCESS: ["✓", "已送达", "ok"], FAIL: ["✕", "未送达", "bad"] };

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function phoneOf(mobile) {
  let phone = phones.get(mobile);
  if (!phone) phones.set(mobile, (phone = { mobile, items: [], at: 0, element: null, dirty: false }));
  return phone;
}

function keep(item, mine) {
  const phone = phoneOf(item.mobile);
  phone.items.push({ ...item, mine });
  phone.at = item.at;
  phone.dirty = true;
  if (!mine) messages.set(item.sid, phone.items.at(-1));
  return phone;
}

function bubble(item, isFresh) {
  const line = element("li", (item.mine ? "out" : "in") + (isFresh ? " fresh" : ""));
  const text = element("p");
  const signature = item.mine ? null : /^【[^】]+】/.exec(item.text);
  if (signature) text.append(element("b", "", signature[0]), item.text.slice(signature[0].length));
  else text.textContent = item.text;
  const meta = element("div", "meta");
  const time = element("time", "", clock.format(item.at * 1000));
  time.dateTime = new Date(item.at * 1000).toISOString();
  meta.append(time);
  if (item.mine) meta.append("手机回复");
  else {
    const [sign, word, kind] = STATES[item.report];
    const state = element("span", `state ${kind}`);
    const mark = element("span", "", sign);
    mark.ariaHidden = "true";
    state.append(mark, item.error ? `${word} ${item.error}` : word);
    meta.append(`${item.count}条`, state);
  }
  line.append(text, meta);
  return line;
}

function build(phone) {
  const made = template.content.firstElementChild.cloneNode(true);
  const tail = phone.mobile.slice(-4);
  made.dataset.mobile = phone.mobile;
  made.setAttribute("aria-label", `尾号 ${tail} 的手机`);
  made.querySelector("h2").append(`${phone.mobile.slice(0, 3)} **** `, element("b", "", tail));
  made.querySelector(".face").textContent = tail;
  return made;
}

function draw(phone) {
  const isNew = !phone.element;
  phone.element ??= build(phone);
  const talk = phone.element.querySelector(".talk");
  const shown = talk.childElementCount;
  const focused = talk.scrollTop + talk.clientHeight < talk.scrollHeight - 40;
  talk.replaceChildren(...phone.items.slice(-40).map((item, n) => bubble(item, !isNew && n >= shown)));
  const received = phone.items.filter((item) => !item.mine).length;
  phone.element.querySelector(".count").textContent = `收到 ${received} 条`;
  phone.element.querySelector(".top time").textContent = clock.format(phone.at * 1000).slice(0, 5);
  phone.dirty = false;
  return () => { if (!focused || isNew) talk.scrollTop = talk.scrollHeight; };
}

function render() {
  const wanted = find.value.trim();
  const chosen = [...phones.values()].filter((p) => p.mobile.slice(-4).includes(wanted)).sort((a, b) => b.at - a.at).slice(0, MOST_PHONES);
  const after = chosen.filter((phone) => phone.dirty || !phone.element).map(draw);
  const elements = chosen.map((phone) => phone.element);
  // Moving an element takes the focus away, so the order changes only while nobody is inside the wall.
  const inside = wall.contains(document.activeElement) && document.activeElement !== wall;
  if (!inside || elements.length !== wall.childElementCount) {
    const active = document.activeElement;
    if (elements.some((made, n) => wall.children[n] !== made) || wall.childElementCount !== elements.length) wall.replaceChildren(...elements);
    if (inside) active.focus({ preventScroll: true });
  }
  after.forEach((scroll) => scroll());
  const all = [...messages.values()];
  byId("n-all").textContent = all.length;
  byId("n-ok").textContent = all.filter((m) => m.report === "SUCCESS").length;
  byId("n-bad").textContent = all.filter((m) => m.report === "FAIL").length;
  byId("n-phones").textContent = phones.size;
  byId("empty").hidden = chosen.length > 0;
  byId("empty-title").textContent = wanted && phones.size ? `没有尾号含“${wanted}”的手机` : "还没有短信";
  byId("empty-text").textContent = wanted && phones.size ? "换四位数字再试，或清空查找框看全部手机。" : "在帮办通里推进一个审批事项，企业联系人的短信会在一秒内出现在这里。";
}

let drawing = 0;
function soon() { drawing ||= requestAnimationFrame(() => { drawing = 0; render(); }); }

function changed(event) {
  if (event.kind === "message" && !messages.has(event.sid)) {
    const phone = keep(event, false);
    byId("news").textContent = `尾号 ${event.mobile.slice(-4)} 收到短信`;
    if (phone.element) { phone.element.dataset.new = ""; setTimeout(() => delete phone.element.dataset.new, 600); }
  } else if (event.kind === "report" && messages.has(event.sid)) {
    Object.assign(messages.get(event.sid), { report: event.report, error: event.error });
    phoneOf(event.mobile).dirty = true;
  } else if (event.kind === "reply") keep(event, true);
  else if (event.kind === "cleared") { phones.clear(); messages.clear(); }
  soon();
}

async function call(path, body) {
  const response = await fetch(path, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function load() {
  const [found, stats] = await Promise.all([call("/__sandbox/messages"), call("/__sandbox/stats")]);
  phones.clear(); messages.clear();
  const items = [...found.messages.map((m) => [m, false]), ...found.replies.map((r) => [r, true])];
  items.sort(([a], [b]) => a.at - b.at).forEach(([item, mine]) => keep(item, mine));
  byId("automatic").checked = stats.automatic;
  wall.replaceChildren();
  render();
}

function say(state, word) { byId("link").dataset.state = state; byId("link").querySelector("b").textContent = word; }

function follow() {
  const stream = new EventSource("/__sandbox/events");
  let early = []; // what moves while the state is being loaded
  stream.onopen = async () => {
    early = [];
    try { await load(); early.forEach(changed); early = null; say("live", "实时"); } catch { stream.close(); again(); }
  };
  stream.onmessage = ({ data }) => (early ? early.push(JSON.parse(data)) : changed(JSON.parse(data)));
  stream.onerror = () => { stream.close(); again(); };
  const again = () => { say("lost", "重连中"); setTimeout(follow, 1000); };
}

wall.addEventListener("click", async ({ target }) => {
  const act = target.closest("[data-act]")?.dataset.act;
  const mobile = target.closest(".phone")?.dataset.mobile;
  if (!act || !mobile) return;
  const received = phoneOf(mobile).items.filter((item) => !item.mine);
  const subject = received.findLast((item) => !item.report) ?? received.at(-1);
  if (act === "deliver" || act === "fail") await call("/__sandbox/report", { sid: subject.sid, delivered: act === "deliver" });
  if (act === "td") await call("/__sandbox/reply", { phone: mobile, text: "TD" });
  if (act === "write") { writing.dataset.mobile = mobile; byId("answer").value = ""; writing.returnValue = ""; writing.showModal(); }
});
writing.addEventListener("close", async () => {
  const text = byId("answer").value.trim();
  if (writing.returnValue === "send" && text) await call("/__sandbox/reply", { phone: writing.dataset.mobile, text });
});
find.addEventListener("input", soon);
byId("automatic").addEventListener("change", ({ target }) => call("/__sandbox/settings", { automatic: target.checked }));
follow();
