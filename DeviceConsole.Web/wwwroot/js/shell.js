// The frame around the pages: theme, navigation, drawer, dialogs, keyboard. Works with and without a circuit.
(() => {
  const root = document.documentElement;
  const remember = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`; };
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;

  const closeDrawer = () => { delete root.dataset.drawer; };
  const actions = {
    theme() {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      remember('dc-theme', root.dataset.theme);
    },
    nav() {
      if (root.dataset.nav === 'narrow') delete root.dataset.nav; else root.dataset.nav = 'narrow';
      remember('dc-nav', root.dataset.nav ?? 'wide');
    },
    drawer() {
      if (root.dataset.drawer) { closeDrawer(); return; }
      root.dataset.drawer = 'open';
      document.querySelector('#nav a')?.focus();
    },
    skip() { document.getElementById('main')?.focus(); },
    retry() { window.deviceConsole.reconnectNow?.(); },
    async copy(button) {
      await toClipboard(button.dataset.text ?? '');
      button.dataset.copied = 'yes';
      setTimeout(() => delete button.dataset.copied, 1500);
    },
  };

  // The clipboard's interface exists on https and localhost only; elsewhere the old way.
  async function toClipboard(text) {
    if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
    const field = Object.assign(document.createElement('textarea'), { value: text, className: 'sr-only' });
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }

  document.addEventListener('click', event => {
    const button = event.target.closest('[data-action]');
    if (button) { event.preventDefault(); actions[button.dataset.action]?.(button); return; }
    if (event.target.closest('#nav a, .drawer-backdrop')) closeDrawer();
    // A menu closes when something in it was chosen.
    if (event.target.closest('[popover] a, [popover] button')) event.target.closest('[popover]').hidePopover?.();
  });

  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      document.querySelector('[data-palette]')?.click();
    }
    if (event.key === 'Escape') closeDrawer();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveInList(event);
  });

  // Arrow keys walk through the results under a search field.
  function moveInList(event) {
    const list = event.target.closest('[data-arrow-list]');
    if (!list) return;
    const stops = [...list.querySelectorAll('input[type="search"], a[href], button[data-stop]')];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  }

  window.deviceConsole = Object.assign(window.deviceConsole ?? {}, {
    showDialog(dialog) { if (!dialog.open) dialog.showModal(); },
    focus(selector) { document.querySelector(selector)?.focus(); },
    // Tells a live list whether new rows may come in: nobody has scrolled, points at it or stands in it with the keyboard.
    watchTop(frame, list) {
      let last = true;
      const tell = () => {
        if (!frame.isConnected) { removeEventListener('scroll', tell); return; }
        const now = scrollY < 80 && !frame.matches(':hover') && !frame.contains(document.activeElement);
        if (now === last) return;
        last = now;
        list.invokeMethodAsync('AtTop', now).catch(() => removeEventListener('scroll', tell));
      };
      addEventListener('scroll', tell, { passive: true });
      for (const kind of ['pointerenter', 'pointerleave', 'focusin', 'focusout']) frame.addEventListener(kind, () => setTimeout(tell));
    },
    scrollToTop() { window.scrollTo({ top: 0 }); },
  });
})();
