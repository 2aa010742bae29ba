// Starts the circuit, and brings it back when the network or the server was away: quietly, with the page left readable.
(() => {
  const root = document.documentElement;
  const bar = () => document.getElementById('components-reconnect-modal');
  const self = document.currentScript.src;
  const delays = [0, 500, 1000, 2000, 3000, 5000];
  const after = attempt => delays[Math.min(attempt, delays.length - 1)];
  // Fresh pages in a row whose circuit did not open: each of them waits longer, or a server that opens none would be asked without an end.
  const fresh = 'dc-fresh';
  let attempt = 0;
  let timer;
  let down = false;
  let opened = false;
  // Somebody is on the way to another page: a reload would overtake them, and lead back to the page that they left.
  let leftAt = -Infinity;
  const leaving = () => performance.now() - leftAt < 10_000;

  function show(state) {
    root.dataset.circuit = state;
    const element = bar();
    if (!element) return;
    element.classList.remove('components-reconnect-show', 'components-reconnect-hide', 'components-reconnect-failed', 'components-reconnect-rejected');
    element.classList.add(state === 'lost' ? 'components-reconnect-show' : 'components-reconnect-hide');
  }

  // Only a fresh page helps, once a server answers: what a proxy says meanwhile would never look for it again. drafts.js keeps what was typed.
  async function startOver() {
    clearTimeout(timer);
    try {
      const answer = await fetch(self, { method: 'HEAD', cache: 'no-store' });
      if (answer.ok && !leaving()) {
        sessionStorage.setItem(fresh, Number(sessionStorage.getItem(fresh) ?? 0) + 1);
        window.deviceConsole.keepDrafts?.();
        location.reload();
        return;
      }
    } catch {
      // Still unreachable.
    }
    timer = setTimeout(startOver, Math.max(500, after(++attempt)));
  }

  // The circuit did not come into being: the script itself tries once only, and knows nothing that it could connect to again.
  function startFailed() {
    if (opened || down) return;
    down = true;
    show('lost');
    timer = setTimeout(startOver, after(Number(sessionStorage.getItem(fresh) ?? 0)));
  }

  async function tryNow() {
    clearTimeout(timer);
    if (!down) return;
    if (!opened) { await startOver(); return; }
    try {
      if (await Blazor.reconnect()) return;
      // The server no longer knows this circuit.
      await startOver();
    } catch {
      // Still unreachable: the next try comes by itself.
      timer = setTimeout(tryNow, after(++attempt));
    }
  }

  window.deviceConsole = Object.assign(window.deviceConsole ?? {}, { reconnectNow: tryNow });
  addEventListener('online', tryNow);
  addEventListener('beforeunload', () => { leftAt = performance.now(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) tryNow(); });
  if (document.body.dataset.interactive) setTimeout(startFailed, 60_000);

  Blazor.start({
    circuit: {
      configureSignalR(builder) {
        const build = builder.build.bind(builder);
        builder.build = () => {
          const connection = build();
          const start = connection.start.bind(connection);
          connection.start = () => start().catch(error => { startFailed(); throw error; });
          connection.onclose(startFailed);
          return connection;
        };
      },
      circuitHandlers: [{
        onCircuitOpened() {
          opened = true;
          sessionStorage.removeItem(fresh);
          show('connected');
          document.dispatchEvent(new Event('deviceconsole:started'));
        },
      }],
      reconnectionHandler: {
        onConnectionDown() { if (down) return; down = true; attempt = 0; show('lost'); tryNow(); },
        onConnectionUp() { down = false; clearTimeout(timer); show('connected'); },
      },
    },
  });
})();
