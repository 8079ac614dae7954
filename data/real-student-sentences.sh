#!/usr/bin/env bash
# Writes the sentences that real-student.json names, from two texts that Debian packages: examples of use in the
# glosses of WordNet 3.0 (wordnet-base; Princeton's licence) and the King James Bible (bible-kjv; public domain).
set -euo pipefail
cd "$(dirname "$0")/grammars"
[ -e /usr/share/wordnet/data.noun ] && command -v bible >/dev/null || {
  echo "the two texts are missing; install them with: sudo apt-get install wordnet-base bible-kjv bible-kjv-text" >&2
  exit 1
}

# Letters and plain punctuation, 7 to 40 words, a capital at the start and a full stop at the end.
tidy() {
  grep -E "^[A-Za-z][A-Za-z ,;:'-]*[.?!]?$" |
    awk 'NF >= '"$1"' && NF <= 40 { s = $0; sub(/[,;:]$/, "", s); if (s !~ /[.?!]$/) s = s "."; print toupper(substr(s, 1, 1)) substr(s, 2) }' |
    LC_ALL=C sort -u
}

examples() { grep -ho '"[^"]*"' "$@" | tr -d '"' | tidy 6; }
examples /usr/share/wordnet/data.noun > nouns.txt
examples /usr/share/wordnet/data.verb > verbs.txt
examples /usr/share/wordnet/data.adj /usr/share/wordnet/data.adv > adjectives.txt
bible -f "Ge1:1-Re22:21" | sed -E 's/^[A-Za-z0-9]+:[0-9]+ //; s/[][()]//g' | tidy 7 > scripture.txt
wc -l nouns.txt verbs.txt adjectives.txt scripture.txt
