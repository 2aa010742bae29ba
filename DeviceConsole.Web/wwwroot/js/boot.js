// Starts the circuit, and brings it back when the network or the server was away: quietly, with the page left readable.
(() => {
  const root = document.documentElement;
  const bar = () => document.getElementById('components-reconnect-modal');
  const delays = [0, 500, 1000, 2000, 3000, 5000];
  let attempt = 0;
  let timer;
  let down = false;

  function show(state) {
    root.dataset.circuit = state;
    const element = bar();
    if (!element) return;
    element.classList.remove('components-reconnect-show', 'components-reconnect-hide', 'components-reconnect-failed', 'components-reconnect-rejected');
    element.classList.add(state === 'lost' ? 'components-reconnect-show' : 'components-reconnect-hide');
  }

  // The server no longer knows this circuit: only a fresh page helps. What was typed is kept by drafts.js.
  function startOver() {
    window.deviceConsole.keepDrafts?.();
    location.reload();
  }

  async function tryNow() {
    clearTimeout(timer);
    if (!down) return;
    try {
      if (await Blazor.reconnect()) return;
      startOver();
    } catch {
      // Still unreachable: the next try comes by itself.
      timer = setTimeout(tryNow, delays[Math.min(++attempt, delays.length - 1)]);
    }
  }

  window.deviceConsole = Object.assign(window.deviceConsole ?? {}, { reconnectNow: tryNow });
  addEventListener('online', tryNow);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) tryNow(); });

  Blazor.start({
    circuit: {
      reconnectionHandler: {
        onConnectionDown() { if (down) return; down = true; attempt = 0; show('lost'); tryNow(); },
        onConnectionUp() { down = false; clearTimeout(timer); show('connected'); },
      },
    },
  }).then(() => {
    show('connected');
    document.dispatchEvent(new Event('deviceconsole:started'));
  });
})();
