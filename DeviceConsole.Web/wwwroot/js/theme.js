// Runs before the first paint: what the browser remembers becomes attributes of <html>, so that nothing flashes.
(() => {
  const read = name => document.cookie.split('; ').find(c => c.startsWith(name + '='))?.slice(name.length + 1);
  const root = document.documentElement;
  const theme = read('dc-theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme; else delete root.dataset.theme;
  if (read('dc-nav') === 'narrow') root.dataset.nav = 'narrow'; else delete root.dataset.nav;
  root.dataset.circuit = 'connecting';
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && decodeURIComponent(read('dc-tz') ?? '') !== zone) {
    document.cookie = `dc-tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  }
})();
