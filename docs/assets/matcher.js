/* Which causes a pasted text points at. The same as unstuck/matcher, line for line; a test compares the answers. */
(function (root) {
  "use strict"

  const MOST = 5
  const WEIGHTS = { title: 3.0, said: 2.0, errors: 0.7, summary: 1.5, text: 0.5 }
  const SECTION_WEIGHTS = { heading: 3.0, title: 2.0, text: 1.0 }
  const SMOOTHING = 300.0
  const UNSEEN = 8.0
  const SHORTEST_MISSPELT = 5
  const NOT_WHOLE = 0.9
  const SIMILAR = 0.75
  const TELLING = 6.0
  const BOTH = 0.05
  const COVERED = 0.6
  const COVERED_IN_CROWD = 0.3
  const ENOUGH = 3
  const CROWD = 3
  const LONG = 30.0
  const COMMON = 0.3
  const LONGEST_WORDS = 2000
  const SHORT = 400
  const WORDY = 400
  const UNLIKELIER = 6.0

  // Text

  const LONGEST = 500000
  const LONGEST_LINE = 2000
  const ESCAPES =
    /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\r(?=\n)|[\x00-\x08\x0b\x0c\x0e-\x1f]/g
  const QUOTED = /\\n +File |\\nTraceback|last\):\\n|^\s*\{/
  const VARIABLE_OF_FRAME = /^ {12}[A-Za-z0-9_]+: /
  const BACKSLASH = /\\(["\\/nt])/g
  const WORD = /[A-Za-z_][A-Za-z0-9_]*|[0-9]{3}(?![0-9])/g
  const PART = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g
  const VARIABLE =
    /0x[0-9a-f…]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|(?:[a-z]:)?(?:[\\/][a-z0-9_.@+-]+){2,}|[0-9]+(?:[.,:][0-9]+)*/g
  const NOT_TEXT = /[^a-z0-9#'<>]+/g
  const ENDINGS = ["ingly", "edly", "ely", "ing", "ies", "ied", "es", "ed", "ly", "s", "e"]
  const STOP_WORDS = new Set(
    `a an and are as at be been but by can could do does for from had has have how i if in into is it its just me my
    of on or our so some such that the their them then there these they this to too up was we were what when which
    while who will with would you your ever forever
    s t m d ll re ve don doesn didn isn aren wasn weren won couldn wouldn haven hasn hadn shouldn`.split(/\s+/),
  )

  const SPOKEN = 0.25
  const FENCE = /^\s*(?:```|~~~)/
  const NO_SENTENCE =
    /^\s*(?:(?:from|import|def|class|async|await|return|raise|print|for|with|while|if|elif|else|try|except)\b|[@>$#|]|- \[)|[;{}(,[]\s*$|\w\(\S*\)|\w ?= ?\S|\b(?:INFO|DEBUG|WARNING|WARN|ERROR|CRITICAL)\b|^\W*[0-9]{4}-[0-9]|above exception|^End of|^(?:KeyboardInterrupt|(?:\S+\.)?CancelledError)\b/
  const SAME = `
hang hung freeze frozen froze stuck stall block blocked deadlock unresponsive
loop endless infinite repeat repeatedly again circle cycle recursion recursive iteration
slow latency delay slowly sluggish crawl trickle
exit shutdown terminate quit sigterm shut
retry reattempt backoff attempt tenacity
429 ratelimit throttl throttle quota
proxy vpn firewall corporate egress offline gapped
chunk token stream astream streaming sse
approval approve human hitl interrupt resume pause confirm
concurrent parallel simultaneous concurrently
fail error exception crash raise
json schema pydantic structured parser parse
cancel abort kill
trace tracing langsmith langfuse tracer opentelemetry otel telemetry
gunicorn worker nginx 502 504
server endpoint fastapi uvicorn api
timeout deadline
wait await pending
startup start initialize initialise initialization handshake
`

  function lines(text) {
    if (text.length > 2 * LONGEST) text = text.slice(0, LONGEST) + "\n" + text.slice(-LONGEST)
    const found = []
    const numbers = []
    text.replace(ESCAPES, "").split("\n").forEach((line, at) => {
      let parts = [line]
      if (line.includes("\\n") && QUOTED.test(line) && !VARIABLE_OF_FRAME.test(line)) {
        parts = line.replace(BACKSLASH, (_, sign) => ({ n: "\n", t: "\t" })[sign] || sign).split("\n")
      }
      for (const part of parts) {
        found.push(part.slice(0, LONGEST_LINE))
        numbers.push(at + 1)
      }
    })
    return [found, numbers]
  }

  function* spoken(pasted, skip) {
    let fenced = false
    let begun = false
    for (const [number, line] of pasted.entries()) {
      if (FENCE.test(line)) fenced = !fenced
      else if (!fenced && !skip.has(number) && line.trim()) {
        const said = (line.match(WORD) || []).map((word) => word.toLowerCase())
        const share = said.filter((word) => STOP_WORDS.has(word)).length / Math.max(said.length, 1)
        const title = !begun && !/[0-9]/.test(line)
        if (!NO_SENTENCE.test(line) && (share >= SPOKEN || title)) {
          begun = true
          yield [number, line]
        }
      }
    }
  }

  function words(text) {
    return stems(text).flatMap(alike)
  }

  function alike(word) {
    return SIGNS.has(word) ? [word, SIGNS.get(word)] : [word]
  }

  function stems(text) {
    const found = []
    for (const word of text.match(WORD) || []) {
      const parts = (word.match(PART) || []).map((part) => part.toLowerCase())
      const whole = word.toLowerCase()
      if (parts.length > 1) found.push(whole)
      for (const part of parts.length ? parts : [whole]) if (!STOP_WORDS.has(part)) found.push(stem(part))
    }
    return found
  }

  function stem(word) {
    for (const ending of ENDINGS) {
      if (word.endsWith(ending) && word.length - ending.length >= 3) {
        word = word.slice(0, -ending.length)
        if (ending === "ies" || ending === "ied") return word + "y"
        const doubled =
          (ending === "ing" || ending === "ed") && word.length > 3 && word.at(-1) === word.at(-2)
        return doubled ? word.slice(0, -1) : word
      }
    }
    return word
  }

  const SIGNS = new Map(
    SAME.trim().split("\n").flatMap((line) => line.split(" ").map((word) => [stem(word), `=${line.split(" ")[0]}`])),
  )

  function fixedPart(text) {
    return text.toLowerCase().replace(VARIABLE, "#").replace(NOT_TEXT, " ").trim()
  }

  // Stacks

  const FRAME_LIKE = /File |\)\s*$|^ {4}[a-z]|\.py:/
  const FRAMES = [
    /\bFile ["'](?<path>[^"']+)["'](?:, line [0-9…]+)?,? in (?:async |generator )*(?<name>[A-Za-z0-9_.<>]+)/,
    /(?<name>[A-Za-z0-9_.<>]+) \((?<path>[^()\s]+\.pyx?)(?::[0-9]+)?\)\s*$/,
    /(?<path>[^\s"'|│]+\.py):[0-9]+,? in (?<name>[A-Za-z0-9_.<>]+)/,
    /── +(?<name>[A-Za-z0-9_.<>]+) (?<path>\S+\.py):[0-9]+\s*$/,
  ]
  const PAGE = /^ {4}(?<path>[a-z_][a-z0-9_]*) {2,}(?<name>[A-Za-z0-9_.<>]+)$/
  const NO_FILE =
    /(?: \((?:(?:<[^<>]+>|[^()\s]+):[0-9]+|\S+\.(?:so[.0-9]*|dll|dylib)|[Pp]ython[0-9.]*)\)|<no Python frame>)\s*$/
  const VARIABLES = / {8}(?=(?:Arguments|Locals):\s*$)/
  const HEAD =
    /\bThread (?:0x)?[A-Za-z0-9_…]+ .*(?:\(most recent call first\)|\((?:idle|active))|\* (?:Thread|Task)\(name=|Traceback \(most recent call last\)|most recent call first\)|^Below it:|~ Stack of .*\([0-9]+\) ~|── \(T\) /
  const LAST = /recent call last|^Below it:|~ Stack of |── \(T\) /
  const TASK = /\* Task\(name=.*, id=(0x[0-9a-f]+)\)/
  const HEADING = /\+ (Awaited by|Running in):/
  const LISTED = / {4}\* (?:Task|Thread)\(name=.*, id=(0x[0-9a-f…]+)\)/
  const ON_LOOP = /A thread of the event loop|the event loop could not run/
  const INSTALLED = /.*[\\/](?:site-packages|dist-packages|lib[\\/]python[0-9.]+|Lib)[\\/]|^…\/(?:site-packages\/)?/g
  const NAMESPACE = /^(?=(?:_internal|pregel|prebuilt)\/)/
  const CELL = "IPython/interactiveshell:run_code"
  const LOOP = "asyncio/base_events:_run_once"
  const RUNNER = "asyncio/runners:run"
  const PLUMBING = {
    threading: new Set(["run", "_bootstrap", "_bootstrap_inner"]),
    concurrent: new Set(["_worker", "run"]),
    asyncio: new Set(["run", "run_forever", "run_until_complete", "_run_once", "_run", "wait"]),
  }
  const STANDARD = new Set("asyncio concurrent http queue selectors socket ssl threading time urllib".split(" "))
  const CLIENTS = new Set("aiohttp anyio http httpcore httpx requests socket ssl urllib urllib3".split(" "))
  const TELLING_FRAME = /proxy|connect_tcp|create_connection|getaddrinfo|receive_response_body|wait_for_connection|__init__|_init_|_context/
  const TWIN = /^(_?)a(?=(?:batch|call|dispatch|embed|execute|generate|get|handle|invoke|plan|run|stream|transform))/
  const TWIN_PART = /(?:^|(?<=_))a?sync_|_a?sync$/g
  const FAR = 3
  const PLUMBING_PACKAGES = new Set(["contextlib", "contextvars", "runpy", "selectors", "time"])

  class Stacks {
    constructor(pasted) {
      this.taken = new Set()
      this.variables = new Set()
      this.found = []
      this.awaits = new Map()
      this.gap = FAR + 1
      this.column = 0
      this.heading = ""
      pasted.forEach((line, number) => this._read(number, line, pasted))
      this.all = this.found.filter((stack) => stack.frames.length)
      for (const stack of this.all) {
        if (stack.innermostLast) {
          stack.frames.reverse()
          stack.lines.reverse()
        }
        if (stack.frames.includes(CELL)) {
          stack.lines.splice(stack.frames.indexOf(CELL))
          stack.frames.splice(stack.frames.indexOf(CELL))
        }
        stack.onLoop ||= runsOnLoop(stack.frames)
      }
      const tasks = new Map(this.all.filter((stack) => stack.task).map((stack) => [stack.task, stack]))
      const chains = this.all.map((stack) => this._chain(stack, tasks))
      this.all.forEach((stack, n) => Object.assign(stack, chains[n]))
    }

    _read(number, line, pasted) {
      const listed = this.heading ? LISTED.exec(line) : null
      const frame = listed ? null : frameOf(line)
      if (this._isVariable(line)) this.variables.add(number)
      else if (listed) {
        if (this.heading === "Awaited by" && this.found.length && !this.awaits.has(listed[1])) {
          this.awaits.set(listed[1], this.found.at(-1).task)
        }
      } else if (HEAD.test(line)) {
        const onLoop = ON_LOOP.test(pasted.slice(Math.max(number - 4, 0), number).join(" "))
        this.found.push(begun(onLoop, LAST.test(line), TASK.exec(line)?.[1] ?? ""))
        this.gap = this.column = 0
      } else if (frame) {
        if (!this.found.length || this.gap > FAR) {
          this.found.push(begun(false, false, ""))
          this.gap = 0
        }
        const stack = this.found.at(-1)
        stack.frames.push(frame)
        stack.lines.push(number)
        stack.brief = !frame.includes("/")
        for (let between = number - this.gap; between < number; between++) this.taken.add(between)
        this.gap = this.column = 0
      } else if (!this.found.length || this.gap > FAR || !NO_FILE.test(line)) {
        this.gap += 1
      }
      if (!listed) this.heading = HEADING.exec(line)?.[1] ?? ""
      if (this.gap === 0 || (this.gap <= FAR && line.startsWith("    ")) || listed || this.heading) this.taken.add(number)
    }

    _isVariable(line) {
      const heading = this.found.length && this.gap <= FAR ? VARIABLES.exec(line) : null
      if (heading) this.column = heading.index + heading[0].length
      return Boolean(heading || (this.column && line.slice(this.column).startsWith("    ")))
    }

    _chain(stack, tasks) {
      const chain = [stack]
      for (;;) {
        const awaited = tasks.get(this.awaits.get(chain.at(-1).task))
        if (!awaited || chain.includes(awaited)) break
        chain.push(awaited)
      }
      chain.reverse()
      return { frames: chain.flatMap((part) => part.frames), lines: chain.flatMap((part) => part.lines) }
    }
  }

  function begun(onLoop, innermostLast, task) {
    return { frames: [], lines: [], onLoop, innermostLast, brief: false, task }
  }

  function token(path, name) {
    const parts = path.split("/")
    if (parts.length > 1 && parts.at(-1) === "__init__") parts.pop()
    const package_ = parts[0].replace(/[23]+$/, "")
    const function_ = name.slice(name.lastIndexOf(".") + 1).replace(TWIN, "$1").replace(TWIN_PART, "")
    if (CLIENTS.has(package_) && !TELLING_FRAME.test(`${parts.at(-1)}:${function_}`)) return "client/client:waits"
    return `${package_}/${parts.at(-1)}:${function_}`
  }

  function brief(frame) {
    return frame.replace(/\/[^:]*/, "")
  }

  function packageOf(frame) {
    return frame.split(/[/:]/, 1)[0]
  }

  function isStandard(frame) {
    return STANDARD.has(packageOf(frame))
  }

  function isPlumbing(frame) {
    const [package_, function_] = brief(frame).split(":")
    return PLUMBING_PACKAGES.has(package_) || (PLUMBING[package_] || new Set()).has(function_)
  }

  function runsOnLoop(frames) {
    return frames.some(
      (frame, at) =>
        at > 1 && (frame === LOOP || (frame === RUNNER && !frames[at - 1].startsWith("asyncio/"))),
    )
  }

  function frameOf(line) {
    if (!FRAME_LIKE.test(line)) return null
    for (const pattern of FRAMES) {
      const found = pattern.exec(line)
      if (found) {
        const path = found.groups.path.replace(INSTALLED, "").replaceAll("\\", "/").replace(NAMESPACE, "langgraph/")
        return token(path.replace(/\.[a-z]+$/, ""), found.groups.name)
      }
    }
    const page = PAGE.exec(line)
    return page && brief(token(page.groups.path, page.groups.name))
  }

  // Match

  class Matcher {
    constructor(data) {
      this.causes = new Map(data.causes.map((cause) => [cause.slug, cause]))
      const seen = new Map(data.causes.map((cause) => [cause.slug, cause.reports.length]))
      this.words = new Words(new Map(data.causes.map((cause) => [cause.slug, fieldsOf(cause)])), WEIGHTS, seen)
      this.sectionOf = new Map(data.sections.map((section) => [section.page, section]))
      this.sectionWords = new Words(new Map(data.sections.map((s) => [s.page, wordsOf(s)])), SECTION_WEIGHTS)
      this.errors = data.causes.flatMap(errorsOf)
      this.errorRarity = rarityOf(this.errors.map((error) => new Set(error.words)))
      for (const error of this.errors) error.weight = this._weight(error.words)
      this.telling = indexOf(this.errors, (error) => this._tellingWords(error))
      this.holding = indexOf(this.errors, (error) => error.words)
      this.signatures = new Signatures(data.causes)
    }

    answer(text) {
      const [pasted, numbers] = lines(text)
      const stacks = new Stacks(pasted)
      const sure = this._sure(pasted, stacks)
      const skipped = new Set([...stacks.taken, ...[...sure.keys()].flatMap(({ matched }) => matched.map(({ line }) => line - 1))])
      const [prose, terms] = heard(skipped.size || text.length > SHORT ? spoken(pasted, skipped) : pasted.entries())
      const scores = this.words.scores(terms)
      const scored = (slug) => scores.get(slug) || 0
      const order = [...sure.keys()].sort(
        (a, b) => sure.get(b) - sure.get(a) || scored(b.slug) - scored(a.slug) || inOrder(a.slug, b.slug),
      )
      order.push(...this._byWords(scores, prose, new Set(order.map(({ slug }) => slug))))
      const apart = order.length ? this.causes.get(order[0].slug).neighbours : {}
      return order.slice(0, MOST).map((answer) => ({
        ...answer,
        matched: answer.matched.map((match) => ({ ...match, line: numbers[match.line - 1] })),
        apart: apart[answer.slug] || "",
      }))
    }

    _sure(pasted, stacks) {
      const frames = new Set(stacks.all.flatMap((stack) => stack.lines))
      const errors = bestOf(this._byError(pasted, new Set([...frames, ...stacks.variables])))
      const found = bestOf(this._byStack(pasted, stacks.all))
      const sure = new Map()
      for (const [slug, answer] of found) if (!errors.has(slug)) sure.set(answer, answer.score)
      for (const [slug, answer] of errors) sure.set(answer, answer.score + (found.has(slug) ? BOTH * found.get(slug).score : 0))
      return sure
    }

    *_byWords(scores, prose, besides) {
      const floor = Math.max(...(scores.size ? scores.values() : [0])) - UNLIKELIER
      const best = [...scores.keys()]
        .filter((slug) => scores.get(slug) >= floor)
        .sort((a, b) => scores.get(b) - scores.get(a) || inOrder(a, b))
      for (const slug of best.slice(0, MOST)) {
        if (!besides.has(slug)) yield this._answer(slug, "words", scores.get(slug) / 1000, this._wordsMatched(slug, prose))
      }
    }

    sections(text) {
      const scores = this.sectionWords.scores(words(text.slice(0, LONGEST_WORDS)))
      return [...scores.keys()]
        .sort((a, b) => scores.get(b) - scores.get(a) || inOrder(a, b))
        .slice(0, MOST)
        .map((page) => this.sectionOf.get(page))
    }

    _answer(slug, sure, score, match) {
      const cause = this.causes.get(slug)
      const versions = Object.entries(cause.proved_with).map(([name, version]) => `${name} ${version}`).join(", ")
      const { title, url, fix } = cause
      return { slug, title, url, fix, how_sure: sure, proved_with: versions, score: Math.round(score * 1e6) / 1e6, matched: [match] }
    }

    *_byError(pasted, besides) {
      const fixed = pasted.map((line, number) => (besides.has(number) ? "" : fixedPart(line)))
      const known = fixed.map((line) => split(line).filter((word) => this.errorRarity.has(word)))
      const told = known.map((held) => held.flatMap((word) => this.telling.get(word) || []))
      const seen = new Set()
      for (let number = 0; number < fixed.length; number++) {
        const line = fixed[number]
        const window = fixed.slice(number, number + 3)
        const key = window.join("\n")
        if (!line || seen.has(key)) continue
        seen.add(key)
        const held = new Set(known[number])
        const weight = this._weight(known[number])
        const chosen = new Set([...told.slice(number, number + 3).flat(), ...this._wholes(known[number], weight)])
        for (const index of [...chosen].sort((a, b) => a - b)) {
          const error = this.errors[index]
          const share = this._share(error, line, window.join(" "), held, weight)
          if (share >= SIMILAR) {
            const score = 2.0 + share + Math.min(error.weight, 100) / 1000
            yield this._answer(error.slug, "error", score, { line: number + 1, text: pasted[number].trim(), matches: error.text })
          }
        }
      }
    }

    _wholes(held, weight) {
      if (weight < TELLING) return []
      let rarest = held[0]
      for (const word of held) if (this.errorRarity.get(word) > this.errorRarity.get(rarest)) rarest = word
      return this.holding.get(rarest) || []
    }

    _tellingWords(error) {
      const rarest = [...new Set(error.words)].sort(
        (a, b) => this.errorRarity.get(b) - this.errorRarity.get(a) || inOrder(a, b),
      )
      const whole = this._weight(error.words)
      let told = 0
      for (let count = 1; count <= rarest.length; count++) {
        const word = rarest[count - 1]
        told += this.errorRarity.get(word) * error.words.filter((other) => other === word).length
        if (told > (1 - SIMILAR / NOT_WHOLE) * whole) return rarest.slice(0, count)
      }
      return rarest
    }

    _share(error, line, window, held, weight) {
      const at = ` ${window} `.indexOf(` ${error.fixed} `)
      if (0 <= at && at <= line.length) return 1.0
      if (weight >= TELLING && ` ${error.fixed} `.includes(` ${line} `)) return NOT_WHOLE
      if (error.words.length < 3) return 0.0
      return (NOT_WHOLE * this._weight(error.words.filter((word) => held.has(word)))) / error.weight
    }

    _weight(terms) {
      return sum(terms.map((term) => this.errorRarity.get(term) || 0))
    }

    *_byStack(pasted, stacks) {
      for (const { slug, score, line } of this.signatures.found(stacks)) {
        yield this._answer(slug, "stack", score, { line: line + 1, text: pasted[line].trim(), matches: "its frames" })
      }
    }

    _wordsMatched(slug, prose) {
      let best = null
      for (const [number, line] of prose) {
        const told = this._toldBy(slug, line)
        const weight = sum([...told.values()])
        if (!best || weight > best.weight) best = { weight, number, line, told }
      }
      return { line: best.number + 1, text: best.line.trim(), matches: [...best.told.keys()].join(" ") }
    }

    _toldBy(slug, line) {
      const told = new Map()
      for (const word of stems(line)) {
        const tells = sum(alike(word).map((term) => this.words.told(slug, term)))
        if (tells) told.set(word, tells)
      }
      return told
    }
  }

  // Signatures

  class Signatures {
    constructor(causes) {
      this.whole = causes.flatMap(signaturesOf)
      this.brief = this.whole.map(briefOf)
      this.packages = new Set(this.whole.flatMap((signature) => [...signature.every].map(packageOf)))
      this.owners = new Map()
      for (const signature of [...this.whole, ...this.brief]) {
        for (const frame of signature.every) {
          if (!this.owners.has(frame)) this.owners.set(frame, new Set())
          this.owners.get(frame).add(signature.slug)
        }
      }
      this.rarity = new Map([this.whole, this.brief].flatMap((known) => [...rarityOf(known.map((signature) => signature.every))]))
      this.unknown = 0.5 * Math.max(0, ...this.rarity.values())
      this.all = [...this.whole, ...this.brief]
      this.weights = this.all.map((signature) => this._weight(signature.every))
      this.having = indexOf(this.all, (signature) => signature.every)
    }

    *found(stacks) {
      const alike = new Map()
      for (const { frames } of stacks) alike.set(frames.join(" "), (alike.get(frames.join(" ")) || 0) + 1)
      const different = new Map()
      for (const stack of stacks) {
        const key = `${stack.frames.join(" ")} ${stack.onLoop}`
        if (!different.has(key)) different.set(key, stack)
      }
      for (const stack of different.values()) {
        const crowd = alike.get(stack.frames.join(" ")) >= CROWD
        const held = new Set(stack.frames.filter((frame) => this.packages.has(packageOf(frame)) && !isPlumbing(frame)))
        const whole = this._weight(held)
        const numbers = new Set([...held].flatMap((frame) => this.having.get(frame) || []))
        for (const number of [...numbers].sort((a, b) => a - b)) {
          const signature = this.all[number]
          const common = [...signature.every].filter((frame) => held.has(frame))
          const weight = this._weight(common)
          const least = Math.min(this.weights[number], whole)
          const crowded = crowd && signature.crowd
          const covered = crowded ? COVERED_IN_CROWD : COVERED
          if (!fits(signature, stack, held, crowd) || weight < covered * least) continue
          let score = 1.0 + (0.4 * weight) / (this.weights[number] + whole - weight) + (0.1 * weight) / least
          score += 0.1 * stack.frames.slice(0, 3).includes(signature.innermost) + 0.1 * Math.min(weight / LONG, 1.0)
          score += 0.2 * (signature.onLoop === stack.onLoop) + 0.2 * (signature.crowd === crowd)
          score += 0.1 * (signature.onLoop && stack.onLoop)
          score -= crowded ? 0.0 : 0.3 * this._lacks(signature, held)
          yield { slug: signature.slug, score, line: stack.lines[stack.frames.findIndex((frame) => common.includes(frame))] }
        }
      }
    }

    _lacks(signature, held) {
      const own = [...signature.every].filter((frame) => this.owners.get(frame).size === 1)
      return own.length ? this._weight(own.filter((frame) => !held.has(frame))) / this._weight(own) : 0.0
    }

    _weight(frames) {
      return sum([...frames].map((frame) => COMMON + (this.rarity.get(frame) ?? this.unknown)))
    }
  }

  function fits(signature, stack, held, crowd) {
    const below = [...signature.frames].filter((frame) => held.has(frame))
    const common = [...signature.every].filter((frame) => held.has(frame))
    const all = below.length === signature.frames.size
    if (signature.error && !held.has(signature.innermost)) return false
    if (common.every(isStandard) && ![...signature.every].every(isStandard)) return signature.onLoop && stack.onLoop && all
    if (stack.brief) return common.length >= Math.max(2, Math.min(ENOUGH, held.size))
    if (signature.frames.size < ENOUGH) {
      const led = common.length - below.length >= (signature.crowd && crowd ? 1 : 2)
      const alone = below.length < 2 ? signature.onLoop && stack.onLoop : signature.onLoop === stack.onLoop
      return all && (led || alone)
    }
    return common.length >= ENOUGH
  }

  function signaturesOf(cause) {
    return cause.signatures.flatMap((signature) => {
      const [frames, above] = [signature.frames, signature.above].map((part) => tokensOf(part).filter((frame) => !isPlumbing(frame)))
      const crowd = signature.threads >= CROWD
      if (!(frames.length || crowd) || new Set([...frames, ...above]).size < 2) return []
      const innermost = [...above, ...frames].at(-1)
      const every = new Set([...frames, ...above])
      const [error, onLoop] = [signature.what === "error", signature.on_loop]
      return [{ slug: cause.slug, frames: new Set(frames), every, innermost, onLoop, crowd, error }]
    })
  }

  function tokensOf(frames) {
    return frames.map((frame) => {
      const at = frame.indexOf(":")
      return token(frame.slice(0, at).replaceAll(".", "/"), frame.slice(at + 1))
    })
  }

  function briefOf(signature) {
    const frames = new Set([...signature.frames].map(brief))
    return { ...signature, frames, every: frames, innermost: brief(signature.innermost) }
  }

  // Ranking

  class Words {
    constructor(documents, weights, seen) {
      this.prior = new Map([...documents.keys()].map((key) => [key, Math.log(1 + (seen?.get(key) ?? 0))]))
      this.counts = new Map()
      const lengths = new Map([...documents.keys()].map((key) => [key, 0]))
      for (const [key, fields] of documents) {
        for (const name in weights) {
          for (const term of fields[name]) {
            if (!this.counts.has(term)) this.counts.set(term, new Map())
            const counts = this.counts.get(term)
            counts.set(key, (counts.get(key) || 0) + weights[name])
            lengths.set(key, lengths.get(key) + weights[name])
          }
        }
      }
      const whole = sum([...lengths.values()]) + UNSEEN * this.counts.size
      this.share = new Map(
        [...this.counts].map(([term, counts]) => [term, (sum([...counts.values()]) + UNSEEN) / whole]),
      )
      this.absent = new Map([...lengths].map(([key, length]) => [key, Math.log(SMOOTHING / (length + SMOOTHING))]))
      this.spelt = new Map()
      this.alike = new Map()
      for (const term of this.counts.keys()) {
        const like = term[0] + term.length
        this.alike.set(like, [...(this.alike.get(like) || []), term])
      }
    }

    scores(terms) {
      const known = new Set(terms.flatMap((term) => this._known(term)))
      const scores = new Map()
      for (const term of known) {
        for (const key of this.counts.get(term).keys()) scores.set(key, (scores.get(key) || 0) + this._gain(key, term))
      }
      for (const [key, score] of scores) scores.set(key, score + this.prior.get(key) + known.size * this.absent.get(key))
      return scores
    }

    told(key, term) {
      return Math.max(0, ...this._known(term).map((spelt) => this._gain(key, spelt) + this.absent.get(key)))
    }

    _gain(key, term) {
      return Math.log(1 + (this.counts.get(term).get(key) || 0) / (SMOOTHING * this.share.get(term)))
    }

    _known(term) {
      if (this.counts.has(term)) return [term]
      if (!this.spelt.has(term)) {
        const near = [-1, 0, 1].flatMap((more) => this.alike.get(term[0] + (term.length + more)) || [])
        this.spelt.set(term, term.length >= SHORTEST_MISSPELT ? near.filter((other) => oneOff(term, other)) : [])
      }
      return this.spelt.get(term)
    }
  }

  function oneOff(term, other) {
    let at = 0
    while (at < term.length && term[at] === other[at]) at++
    const [here, there] = [term.slice(at), other.slice(at)]
    if (term.length !== other.length) return here.slice(1) === there || here === there.slice(1)
    const swapped = here.length > 1 && here[0] === there[1] && here[1] === there[0]
    return here.slice(1) === there.slice(1) || (swapped && here.slice(2) === there.slice(2))
  }

  function fieldsOf(cause) {
    return {
      title: words(cause.title),
      said: words(cause.said.join("\n")),
      errors: words(cause.errors.map((error) => error.text).join("\n")),
      summary: words(`${cause.summary} ${cause.fix}`),
      text: words(cause.text),
    }
  }

  function errorsOf(cause) {
    return cause.errors.map(({ text }) => {
      const fixed = fixedPart(text)
      return { slug: cause.slug, text, fixed, words: split(fixed) }
    })
  }

  function heard(prose) {
    const found = new Map()
    const terms = []
    for (const [number, line] of prose) {
      found.set(number, line)
      terms.push(...words(line))
      if (terms.length >= WORDY) break
    }
    return [found, terms.slice(0, WORDY)]
  }

  function bestOf(answers) {
    const best = new Map()
    for (const answer of answers) {
      if (!best.has(answer.slug) || answer.score > best.get(answer.slug).score) best.set(answer.slug, answer)
    }
    return best
  }

  function wordsOf(section) {
    return { heading: words(section.heading), title: words(section.title), text: words(section.text) }
  }

  function indexOf(errors, wordsOf) {
    const found = new Map()
    errors.forEach((error, index) => {
      for (const word of new Set(wordsOf(error))) found.set(word, [...(found.get(word) || []), index])
    })
    return found
  }

  function rarityOf(documents) {
    const counts = new Map()
    for (const document of documents) for (const term of document) counts.set(term, (counts.get(term) || 0) + 1)
    const rarity = new Map()
    for (const [term, n] of counts) rarity.set(term, Math.log(1 + (documents.length - n + 0.5) / (n + 0.5)))
    return rarity
  }

  function split(text) {
    return text.split(" ").filter(Boolean)
  }

  function sum(numbers) {
    return numbers.reduce((total, number) => total + number, 0)
  }

  function inOrder(a, b) {
    return a < b ? -1 : a > b ? 1 : 0
  }

  root.UnstuckMatcher = Matcher

  if (typeof root.importScripts === "function") {
    let matcher
    root.onmessage = ({ data }) => {
      if (data.causes) matcher = new Matcher(data)
      else root.postMessage({ id: data.id, answers: matcher.answer(data.text), sections: matcher.sections(data.text) })
    }
  }
})(typeof globalThis === "undefined" ? self : globalThis)
