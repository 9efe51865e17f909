/* Which causes a pasted text points at. The same as unstuck/matcher, line for line; a test compares the answers. */
(function (root) {
  "use strict"

  const MOST = 5
  const WEIGHTS = { title: 3.0, said: 2.0, errors: 0.7, summary: 1.5, text: 0.5 }
  const SECTION_WEIGHTS = { heading: 3.0, title: 2.0, text: 1.0 }
  const SMOOTHING = 300.0
  const SHORTEST_MISSPELT = 5
  const NOT_WHOLE = 0.9
  const SIMILAR = 0.75
  const TELLING = 6.0
  const COVERED = 0.6
  const ENOUGH = 3
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
  const WORD = /[A-Za-z_][A-Za-z0-9_]*|[0-9]{3}(?![0-9])/g
  const PART = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g
  const VARIABLE =
    /0x[0-9a-f…]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|(?:[a-z]:)?(?:[\\/][a-z0-9_.@+-]+){2,}|[0-9]+(?:[.,:][0-9]+)*/g
  const NOT_TEXT = /[^a-z0-9#'<>]+/g
  const ENDINGS = ["ingly", "edly", "ing", "ies", "ied", "es", "ed", "ly", "s", "e"]
  const STOP_WORDS = new Set(
    `a an and are as at be been but by can could do does for from had has have how i if in into is it its just me my
    of on or our so some such that the their them then there these they this to too up was we were what when which
    while who will with would you your ever forever`.split(/\s+/),
  )

  const SPOKEN = 0.25
  const FENCE = /^\s*(?:```|~~~)/
  const NO_SENTENCE =
    /^\s*(?:(?:from|import|def|class|async|await|return|raise|print|for|with|while|if|elif|else|try|except)\b|[@>$#|]|- \[)|[;{}(,[]\s*$|\w\(\S*\)|\w ?= ?\S|\b(?:INFO|DEBUG|WARNING|WARN|ERROR|CRITICAL)\b|^\W*[0-9]{4}-[0-9]/
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
trace tracing langsmith langfuse tracer
gunicorn worker nginx 502 504
server endpoint fastapi uvicorn api
timeout deadline
wait await pending
`

  function lines(text) {
    if (text.length > 2 * LONGEST) text = text.slice(0, LONGEST) + "\n" + text.slice(-LONGEST)
    return text
      .replace(ESCAPES, "")
      .split("\n")
      .map((line) => line.slice(0, LONGEST_LINE))
  }

  function spoken(pasted, skip) {
    const found = new Map()
    let fenced = false
    pasted.forEach((line, number) => {
      if (FENCE.test(line)) fenced = !fenced
      else if (!fenced && !skip.has(number) && line.trim()) {
        const said = (line.match(WORD) || []).map((word) => word.toLowerCase())
        const share = said.filter((word) => STOP_WORDS.has(word)).length / Math.max(said.length, 1)
        const title = !found.size && !/[0-9]/.test(line)
        if (!NO_SENTENCE.test(line) && (share >= SPOKEN || title)) found.set(number, line)
      }
    })
    return found
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

  const FILE = /\bFile ["'](?<path>[^"']+)["'](?:, line [0-9…]+)?,? in (?:async |generator )*(?<name>[A-Za-z0-9_.<>]+)/
  const PY_SPY = /(?<name>[A-Za-z0-9_.<>]+) \((?<path>[^()\s]+\.(?:py|pyx|c|cpp|so))(?::[0-9]+)?\)\s*$/
  const PAGE = /^ {4}(?<path>[a-z_][a-z0-9_]*) {2,}(?<name>[A-Za-z0-9_.<>]+)$/
  const HEAD =
    /\bThread (?:0x)?[A-Za-z0-9_…]+ .*(?:\(most recent call first\)|\((?:idle|active))|\* (?:Thread|Task)\(name=|Traceback \(most recent call last\)|most recent call first\)|^Below it:/
  const ON_LOOP = /A thread of the event loop|the event loop could not run/
  const INSTALLED = /.*[\\/](?:site-packages|dist-packages|lib[\\/]python[0-9.]+)[\\/]|^…\/(?:site-packages\/)?/g
  const PLUMBING = {
    threading: new Set(["run", "_bootstrap", "_bootstrap_inner"]),
    concurrent: new Set(["_worker", "run"]),
    asyncio: new Set(["run", "run_forever", "run_until_complete", "_run_once", "_run"]),
  }
  const PLUMBING_PACKAGES = new Set(["contextlib", "contextvars", "runpy", "selectors"])

  function stacks(pasted) {
    let found = []
    let gap = 99
    pasted.forEach((line, number) => {
      const frame = frameOf(line)
      if (HEAD.test(line)) {
        const said = pasted.slice(Math.max(number - 4, 0), number).join(" ")
        const innermostLast = line.includes("last") || line.includes("Below")
        found.push({ frames: [], lines: [], innermostLast, onLoop: ON_LOOP.test(said), brief: false })
        gap = 0
      } else if (frame !== null) {
        if (!found.length || gap > 3) found.push({ frames: [], lines: [], innermostLast: false, onLoop: false, brief: false })
        found.at(-1).frames.push(frame)
        found.at(-1).lines.push(number)
        found.at(-1).brief = !frame.includes("/")
        gap = 0
      } else {
        gap += 1
      }
    })
    found = found.filter((stack) => stack.frames.length)
    for (const stack of found) {
      if (stack.innermostLast) {
        stack.frames.reverse()
        stack.lines.reverse()
      }
      stack.onLoop ||= stack.frames.slice(2).includes("asyncio/base_events:_run_once")
    }
    return found
  }

  function token(path, name) {
    const parts = path.split("/")
    if (parts.length > 1 && parts.at(-1) === "__init__") parts.pop()
    return `${parts[0]}/${parts.at(-1)}:${name.slice(name.lastIndexOf(".") + 1)}`
  }

  function brief(frame) {
    return frame.replace(/\/[^:]*/, "")
  }

  function packageOf(frame) {
    return frame.split(/[/:]/, 1)[0]
  }

  function isPlumbing(frame) {
    const [package_, function_] = brief(frame).split(":")
    return PLUMBING_PACKAGES.has(package_) || (PLUMBING[package_] || new Set()).has(function_)
  }

  // What every frame has; most lines of a log have nothing of it.
  const FRAME_LIKE = /File |\)\s*$|^ {4}[a-z]/

  function frameOf(line) {
    if (!FRAME_LIKE.test(line)) return null
    const found = FILE.exec(line) || PY_SPY.exec(line)
    if (found) {
      const path = found.groups.path.replace(INSTALLED, "").replaceAll("\\", "/")
      return token(path.replace(/\.[a-z]+$/, ""), found.groups.name)
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
      this.telling = indexOf(this.errors, (error) => this._tellingWords(error))
      this.holding = indexOf(this.errors, (error) => error.words)
      this.signatures = data.causes.flatMap(signaturesOf)
      this.packages = new Set(this.signatures.flatMap((signature) => [...signature.frames].map(packageOf)))
      this.brief = this.signatures.map(briefOf)
      this.frameRarity = new Map([
        ...rarityOf(this.signatures.map((signature) => signature.frames)),
        ...rarityOf(this.brief.map((signature) => signature.frames)),
      ])
      this.unknown = 0.5 * Math.max(0, ...this.frameRarity.values())
    }

    answer(text) {
      const pasted = lines(text)
      const found = stacks(pasted)
      const sure = new Map()
      const frames = new Set(found.flatMap((stack) => stack.lines))
      for (const answer of [...this._byError(pasted, frames), ...this._byStack(pasted, found)]) {
        if (!sure.has(answer.slug) || answer.score > sure.get(answer.slug).score) sure.set(answer.slug, answer)
      }
      const known = new Set([...frames, ...[...sure.values()].flatMap((answer) => answer.matched.map((match) => match.line - 1))])
      const prose = known.size || text.length > SHORT ? spoken(pasted, known) : new Map(pasted.entries())
      const terms = []
      for (const line of prose.values()) if (terms.length < WORDY) terms.push(...words(line))
      const scores = this.words.scores(terms.slice(0, WORDY))
      const scored = (slug) => scores.get(slug) || 0
      const order = [...sure.values()].sort((a, b) => b.score - a.score || scored(b.slug) - scored(a.slug) || inOrder(a.slug, b.slug))
      const floor = Math.max(...(scores.size ? scores.values() : [0])) - UNLIKELIER
      const best = [...scores.keys()]
        .filter((slug) => scores.get(slug) >= floor)
        .sort((a, b) => scores.get(b) - scores.get(a) || inOrder(a, b))
      for (const slug of best.slice(0, MOST)) {
        if (!sure.has(slug)) order.push(this._answer(slug, "words", scores.get(slug) / 1000, this._wordsMatched(slug, prose)))
      }
      return order.slice(0, MOST)
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

    *_byError(pasted, frames) {
      const fixed = pasted.map((line, number) => (frames.has(number) ? "" : fixedPart(line)))
      const known = fixed.map((line) => split(line).filter((word) => this.errorRarity.has(word)))
      const told = known.map((held) => held.flatMap((word) => this.telling.get(word) || []))
      for (let number = 0; number < fixed.length; number++) {
        const line = fixed[number]
        const chosen = line ? new Set([...told.slice(number, number + 3).flat(), ...this._wholes(known[number])]) : new Set()
        for (const index of [...chosen].sort((a, b) => a - b)) {
          const error = this.errors[index]
          const share = this._share(error, line, fixed.slice(number, number + 3).join(" "))
          if (share >= SIMILAR) {
            const score = 2.0 + share + Math.min(this._weight(error.words), 100) / 1000
            yield this._answer(error.slug, "error", score, { line: number + 1, text: pasted[number].trim(), matches: error.text })
          }
        }
      }
    }

    _wholes(held) {
      if (this._weight(held) < TELLING) return []
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

    _share(error, line, window) {
      const at = ` ${window} `.indexOf(` ${error.fixed} `)
      if (0 <= at && at <= line.length) return 1.0
      if (` ${error.fixed} `.includes(` ${line} `) && this._weight(split(line)) >= TELLING) return NOT_WHOLE
      if (error.words.length < 3) return 0.0
      const held = new Set(split(line))
      return (NOT_WHOLE * this._weight(error.words.filter((word) => held.has(word)))) / this._weight(error.words)
    }

    _weight(terms) {
      return sum(terms.map((term) => this.errorRarity.get(term) || 0))
    }

    *_byStack(pasted, found) {
      for (const stack of found) {
        const known = stack.frames.filter((frame) => this.packages.has(packageOf(frame)))
        const held = new Set(known.filter((frame) => !isPlumbing(frame)))
        for (const signature of stack.brief ? this.brief : this.signatures) {
          const common = [...signature.frames].filter((frame) => held.has(frame))
          const weight = this._told(common)
          const whole = Math.min(this._told(signature.frames), this._told(held))
          const short = signature.frames.size < ENOUGH && signature.onLoop === stack.onLoop
          const least = stack.brief ? Math.max(2, Math.min(ENOUGH, held.size)) : ENOUGH
          if (common.length < (short ? signature.frames.size : least) || weight < COVERED * whole) continue
          let score = 1.0 + (0.5 * weight) / this._told(new Set([...signature.frames, ...held])) + (0.2 * weight) / whole
          score += 0.15 * stack.frames.slice(0, 3).includes(signature.innermost) + 0.15 * (signature.onLoop === stack.onLoop)
          const at = stack.lines[stack.frames.findIndex((frame) => common.includes(frame))]
          yield this._answer(signature.slug, "stack", score, { line: at + 1, text: pasted[at].trim(), matches: "its frames" })
        }
      }
    }

    _told(frames) {
      return sum([...frames].map((frame) => COMMON + (this.frameRarity.get(frame) ?? this.unknown)))
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
      const whole = sum([...lengths.values()])
      this.share = new Map([...this.counts].map(([term, counts]) => [term, sum([...counts.values()]) / whole]))
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

  function signaturesOf(cause) {
    return cause.signatures.flatMap((signature) => {
      const tokens = signature.frames.map((frame) => token(frame.slice(0, frame.indexOf(":")).replaceAll(".", "/"), frame.slice(frame.indexOf(":") + 1)))
      const telling = tokens.filter((frame) => !isPlumbing(frame))
      if (telling.length < 2) return []
      return [{ slug: cause.slug, frames: new Set(telling), innermost: telling.at(-1), onLoop: signature.on_loop }]
    })
  }

  function wordsOf(section) {
    return { heading: words(section.heading), title: words(section.title), text: words(section.text) }
  }

  function briefOf(signature) {
    return { ...signature, frames: new Set([...signature.frames].map(brief)), innermost: brief(signature.innermost) }
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
