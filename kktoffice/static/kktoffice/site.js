/* What HTML cannot do alone. Without this file every page and every button still works. */
(function () {
  "use strict";

  var SILENT_AFTER = 30000; // ms without an answer: say so and stop the buttons
  var live = document.getElementById("live");
  var stale = document.getElementById("stale");
  var heard = Date.now();
  var heardWords = new Date().toLocaleTimeString("ru");
  var pressed = false;
  var held = false;

  /* --- live parts: nothing moves under a finger, focus and open menus stay --- */

  document.addEventListener("pointerdown", function () { pressed = true; });
  ["pointerup", "pointercancel", "blur"].forEach(function (name) {
    window.addEventListener(name, function () { pressed = false; });
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target === live && document.hidden) { event.preventDefault(); }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    // A click is two events: a swap between them would lose it. The next poll brings the same change.
    if (pressed) { event.detail.shouldSwap = false; }
    if (event.detail.shouldSwap) { // what was new at the last update is no longer
      document.querySelectorAll(".is-fresh").forEach(function (row) { row.classList.remove("is-fresh"); });
    }
  });
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var old = event.detail.target;
    var next = event.detail.fragment;
    // A new list would shift the row under a pointer or a focus: it waits until they have left. Rows change in place.
    if (old.id === "recent" && (old.matches(":hover") || old.contains(document.activeElement))) {
      event.detail.shouldSwap = false;
      held = true;
      old.querySelectorAll("tr[id]").forEach(function (row) {
        var same = next.querySelector("#" + row.id);
        if (same && !row.contains(document.activeElement)) { row.replaceWith(same); }
      });
      return;
    }
    old.querySelectorAll("details[open][id]").forEach(function (open) {
      var same = next.querySelector("#" + open.id);
      if (same) { same.open = true; }
    });
  });

  /* --- the server is silent --- */

  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target !== live || !event.detail.successful) { return; }
    heard = Date.now();
    if (held) { // what was not put in place comes again with the next poll
      held = false;
      document.getElementById("tick").value = "tick=";
    }
    var words = event.detail.xhr.getResponseHeader("X-Updated");
    if (words) {
      heardWords = words;
      document.querySelectorAll("[data-stamp]").forEach(function (stamp) { stamp.textContent = words; });
    }
    if (!stale.hidden) { silence(false); }
  });

  function silence(on) {
    stale.hidden = !on;
    stale.querySelector("time").textContent = heardWords;
    document.querySelectorAll("main form button").forEach(function (button) { button.disabled = on; });
  }

  if (live) {
    setInterval(function () {
      if (!document.hidden && stale.hidden && Date.now() - heard > SILENT_AFTER) { silence(true); }
    }, 1000);
    document.addEventListener("visibilitychange", function () {
      if (document.hidden) { return; }
      heard = Math.max(heard, Date.now() - SILENT_AFTER + 8000);
      window.htmx.trigger(live, "wake");
    });
  }

  /* --- one press, one job: the button rests until the page has gone --- */

  document.addEventListener("submit", function (event) {
    var button = event.target.querySelector("button[data-once]");
    if (button) { setTimeout(function () { button.disabled = true; }, 0); }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      document.querySelectorAll("button[data-once]").forEach(function (button) { button.disabled = false; });
    }
  });

  /* --- small comforts --- */

  document.querySelectorAll("kbd[hidden]").forEach(function (key) { key.hidden = false; });
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    var find = document.querySelector(".top .find .input");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey && find && find.offsetParent) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach(close);
    }
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  function close(menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  function revealPrint() {
    document.querySelectorAll("[data-print][hidden]").forEach(function (button) { button.hidden = false; });
  }
  revealPrint();
  document.addEventListener("htmx:oobAfterSwap", revealPrint);
})();
