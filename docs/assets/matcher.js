/* Which causes a pasted text points at. The same as unstuck/matcher, line for line; a test compares the answers. */
(function (root) {
  "use strict"

  const MOST = 5
  const WEIGHTS = { title: 3.0, said: 2.0, errors: 0.7, summary: 1.5, text: 0.5 }
  const SECTION_WEIGHTS = { heading: 3.0, title: 2.0, text: 1.0 }
  const SATURATION = 4.0
  const LENGTH = 0.5
  const NOT_WHOLE = 0.9
  const SIMILAR = 0.75
  const TELLING = 6.0
  const COVERED = 0.6
  const ENOUGH = 3
  const COMMON = 0.3
  const LONGEST_WORDS = 2000
  const WORDY = 400
  const SHARE = 0.35

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

  function lines(text) {
    if (text.length > 2 * LONGEST) text = text.slice(0, LONGEST) + "\n" + text.slice(-LONGEST)
    return text
      .replace(ESCAPES, "")
      .split("\n")
      .map((line) => line.slice(0, LONGEST_LINE))
  }

  function words(text) {
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
      this.words = new Words(new Map(data.causes.map((cause) => [cause.slug, fieldsOf(cause)])), WEIGHTS)
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
      const prose = pasted.map((line, number) => [number, line]).filter(([number]) => !frames.has(number))
      const terms = []
      for (const [, line] of prose) if (terms.length <= WORDY) terms.push(...words(line))
      const scores = terms.length <= WORDY && (sure.size || !found.length) ? this.words.scores(terms) : new Map()
      if (sure.size) {
        return [...sure.values()]
          .sort((a, b) => b.score - a.score || (scores.get(b.slug) || 0) - (scores.get(a.slug) || 0) || order(a.slug, b.slug))
          .slice(0, MOST)
      }
      const floor = SHARE * Math.max(0, ...scores.values())
      return [...scores.keys()]
        .filter((slug) => scores.get(slug) >= floor)
        .sort((a, b) => scores.get(b) - scores.get(a) || order(a, b))
        .slice(0, MOST)
        .map((slug) => this._answer(slug, "words", scores.get(slug) / 1000, this._wordsMatched(slug, prose)))
    }

    sections(text) {
      const scores = this.sectionWords.scores(words(text.slice(0, LONGEST_WORDS)))
      return [...scores.keys()]
        .sort((a, b) => scores.get(b) - scores.get(a) || order(a, b))
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
        (a, b) => this.errorRarity.get(b) - this.errorRarity.get(a) || order(a, b),
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
        const shared = this.words.shared(slug, words(line))
        const weight = this.words.weight(shared)
        if (!best || weight > best.weight) best = { weight, number, line, shared }
      }
      return { line: best.number + 1, text: best.line.trim(), matches: best.shared.join(" ") }
    }
  }

  // Ranking

  class Words {
    constructor(documents, weights) {
      this.weights = weights
      this.known = new Map([...documents].map(([key, fields]) => [key, new Set(Object.values(fields).flat())]))
      this.rarity = rarityOf([...this.known.values()])
      const lengths = {}
      for (const name in weights) lengths[name] = mean([...documents.values()].map((f) => f[name].length)) || 1
      this.counts = new Map()
      for (const [key, fields] of documents) {
        const counts = {}
        for (const name in weights) {
          counts[name] = [countsOf(fields[name]), 1 - LENGTH + (LENGTH * fields[name].length) / lengths[name]]
        }
        this.counts.set(key, counts)
      }
    }

    scores(terms) {
      const scores = new Map()
      for (const term of new Set(terms)) {
        for (const [key, counts] of this.counts) {
          let weight = 0
          for (const name in this.weights) {
            const [count, size] = counts[name]
            weight += (this.weights[name] * (count.get(term) || 0)) / size
          }
          if (weight) scores.set(key, (scores.get(key) || 0) + (this.rarity.get(term) * weight) / (SATURATION + weight))
        }
      }
      return scores
    }

    shared(key, terms) {
      return [...new Set(terms)].filter((term) => this.known.get(key).has(term))
    }

    weight(terms) {
      return sum(terms.map((term) => this.rarity.get(term)))
    }
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

  function countsOf(terms) {
    const counts = new Map()
    for (const term of terms) counts.set(term, (counts.get(term) || 0) + 1)
    return counts
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

  function mean(numbers) {
    return numbers.length ? sum(numbers) / numbers.length : 0
  }

  function order(a, b) {
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
