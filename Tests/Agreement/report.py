"""Opens HTML reports in headless Chromium, light and dark, 400 and 1400 pixels wide, and looks for what a reader would
stumble over: overflow, cut-off chart text, console messages, requests, dark text on dark ground.

Usage: report.py [--screenshots FOLDER] REPORT.html…
       report.py [--screenshots FOLDER] --make TRAIN_BINARY     makes the reports to look at first
Needs Chromium and websocket-client. A page with each fault planted goes first: a check that misses it fails the run.
Prints a line a check; exits 1 when one fails.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

PLANTED = """<!DOCTYPE html><html><head><title>planted</title><style>body { background: #fff; color: #fff; }</style></head>
<body><main><h1>white on white</h1><div style="width: 3000px">wide</div><figure><svg viewBox="0 0 400 100"
style="width: 100%"><text x="390" y="50">far too long for the picture</text></svg></figure>
<img src="missing.png"><script>console.error("planted")</script></main></body></html>"""

# What overflows the window is looked for beside the page's own width: a clipped part would not widen the page.
FAULTS = """(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) faults.push(`overflow: ${root.scrollWidth} wide`);
  for (const element of document.querySelectorAll('main *')) {
    if (element.closest('.scroll') && !element.matches('.scroll')) continue;
    if (element.closest('svg') && element.tagName !== 'svg') continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > window.innerWidth + 1 || box.left < -1))
      faults.push(`overflow: ${element.tagName} from ${box.left} to ${box.right}`);
  }
  for (const svg of document.querySelectorAll('figure > svg')) {
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
          || box.bottom > frame.bottom + 1) faults.push(`cut off: "${text.textContent}"`);
      const size = parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width;
      if (size < 9) faults.push(`small text: ${size.toFixed(1)} px`);
    }
  }
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== 'transparent') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  for (const element of document.querySelectorAll('h1, h2, h3, p, th, td, dt, dd, a, summary, caption, svg text')) {
    if (!element.textContent.trim()) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(element.closest('svg') ? style.fill : style.color), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: "${element.textContent.slice(0, 40)}"`);
  }
  return [...new Set(faults)].slice(0, 20);
})()"""


class Browser:
    """One page of a headless Chromium, driven by the DevTools protocol."""

    def __init__(self, folder):
        binary = shutil.which("chromium") or shutil.which("chromium-browser")
        if not binary:
            sys.exit("report.py: there is no chromium; run scripts/setup test")
        self.process = subprocess.Popen(
            [binary, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--no-first-run", "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={folder}",
             "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = Path(folder) / "DevToolsActivePort"
        for _ in range(300):
            if port_file.exists() and port_file.read_text().count("\n") >= 1:
                break
            time.sleep(0.1)
        else:
            self.process.kill()
            sys.exit("report.py: chromium did not start within 30 s")
        port = port_file.read_text().split()[0]
        targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list"))
        page = next(target for target in targets if target["type"] == "page")
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=30)
        self.sent = 0
        self.events = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.sent:
                assert "error" not in message, f"{method}: {message['error']}"
                return message["result"]
            self.events.append(message)

    def open(self, url, width, scheme):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url="about:blank")
        self.events = []
        self.call("Page.navigate", url=url)
        end = time.time() + 30
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            assert time.time() < end, f"{url} did not load within 30 s"
            self.events.append(json.loads(self.socket.recv()))
        # Every chart's table is opened: it must fit as well.
        self.call("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = true)")
        time.sleep(0.2)

    def faults(self, url):
        result = self.call("Runtime.evaluate", expression=FAULTS, returnByValue=True)["result"]
        assert "value" in result, f"the page's check did not run: {result}"
        faults = list(result["value"])
        for event in self.events:
            method, parameters = event["method"], event["params"]
            if method == "Network.requestWillBeSent":
                wanted = parameters["request"]["url"]
                if wanted != url and not wanted.startswith(("data:", "about:")):
                    faults.append(f"request: {wanted}")
            elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
                faults.append(f"console: {json.dumps(parameters)[:200]}")
        return faults

    def screenshot(self, path, height):
        self.call("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = false)")
        width = self.call("Runtime.evaluate", expression="window.innerWidth", returnByValue=True)["result"]["value"]
        top = self.call("Runtime.evaluate", expression="document.querySelector('.charts').closest('section').offsetTop",
                        returnByValue=True)["result"]["value"]
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        data = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(timeout=10)


def make(train, folder):
    """Reports with every part, from a small log."""
    train = os.path.abspath(train)

    def run(command):
        result = subprocess.run([train, *command.split(), "--quiet"], cwd=folder, capture_output=True, text=True)
        assert result.returncode == 0, f"train {command}: {result.stderr}"

    run("synth --users 300 --propositions 60 --requests 6000 --days 10 --seed 7 --out log")
    run("dataset build --events log/events.jsonl --propositions log/propositions.jsonl --out data")
    run("fit --dataset data --l2 10000")
    run("fit --dataset data --standard-errors request --calibration isotonic")
    run("eval --model models/ranker/2 --dataset data --against models/ranker/1 "
        "--by device,category,context_type,new_user,position --importance --report eval.html")
    run("compare models/ranker/1 models/ranker/2 --dataset data --report compare.html")
    return [os.path.join(folder, name) for name in ("eval.html", "compare.html")]


def main(arguments):
    screenshots = None
    if arguments[:1] == ["--screenshots"]:
        screenshots, arguments = arguments[1], arguments[2:]
        os.makedirs(screenshots, exist_ok=True)
    if not arguments:
        sys.exit(__doc__)
    checks = failures = 0

    def check(name, passed, detail=""):
        nonlocal checks, failures
        checks += 1
        failures += not passed
        print(f"{'ok  ' if passed else 'FAIL'} {name}{': ' if detail else ''}{detail}", flush=True)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if arguments[0] == "--make":
            arguments = make(arguments[1], folder)
        browser = Browser(os.path.join(folder, "profile"))
        try:
            planted = Path(folder) / "planted.html"
            planted.write_text(PLANTED)
            browser.open(planted.as_uri(), 400, "light")
            found = browser.faults(planted.as_uri())
            for kind in ("overflow", "cut off", "contrast", "request", "console"):
                check(f"a planted fault is found ({kind})", any(fault.startswith(kind) for fault in found))
            for report in map(Path, arguments):
                url = report.resolve().as_uri()
                for width in (400, 1400):
                    for scheme in ("light", "dark"):
                        browser.open(url, width, scheme)
                        found = browser.faults(url)
                        check(f"{report.name}, {width} px, {scheme}", not found, "; ".join(found))
                        if screenshots:
                            name = f"{report.stem}-{width}-{scheme}.png"
                            browser.screenshot(os.path.join(screenshots, name), 1100 if width == 1400 else 1200)
        finally:
            browser.close()
    print(f"reports: {checks - failures} passed, {failures} failed")
    sys.exit(failures > 0)


main(sys.argv[1:])
