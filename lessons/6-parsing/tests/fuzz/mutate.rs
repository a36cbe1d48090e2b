//! Changes inputs, a little or a lot.

/// Makes inputs out of inputs. The same seed and the same corpus make the same inputs.
pub struct Mutator {
    state: u64,
    corpus: Vec<Vec<u8>>,
    words: &'static [&'static str],
    max_bytes: usize,
}

impl Mutator {
    /// Begins with a corpus, and the words of its format.
    pub fn new(
        seed: u64,
        corpus: Vec<Vec<u8>>,
        words: &'static [&'static str],
        max_bytes: usize,
    ) -> Self {
        let state = seed.max(1);
        Self {
            state,
            corpus,
            words,
            max_bytes,
        }
    }

    /// Returns what would make the next inputs again.
    pub fn seed(&self) -> u64 {
        self.state
    }

    /// Returns a changed input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.any_of_corpus();
        for _ in 0..=self.below(6) {
            self.change(&mut input);
        }
        input.truncate(self.max_bytes);
        // Now and then a change is kept, so that changes add up.
        if self.below(50) == 0 && self.corpus.len() < 500 {
            self.corpus.push(input.clone());
        }
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = at + self.below((input.len() - at).min(64) + 1);
        match self.below(8) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.next().to_le_bytes()[0],
            2 => drop(input.drain(at..end)),
            3 => {
                // The same piece many times: what is quadratic shows it here.
                let piece = input[at..end].repeat(1 + self.below(200));
                input.splice(at..at, piece.into_iter().take(self.max_bytes));
            }
            4 => {
                let other = self.any_of_corpus();
                let from = self.below(other.len() + 1);
                let until = from + self.below(other.len() - from + 1);
                input.splice(at..end, other[from..until].iter().copied());
            }
            5 => input.truncate(at),
            _ if !self.words.is_empty() => {
                let word = self.words[self.below(self.words.len())];
                input.splice(at..at, word.bytes());
            }
            _ => {}
        }
    }

    fn any_of_corpus(&mut self) -> Vec<u8> {
        let at = self.below(self.corpus.len());
        self.corpus.get(at).cloned().unwrap_or_default()
    }

    /// Returns a number below `limit`, and 0 where there is none.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33)
            .unwrap_or(0)
            .checked_rem(limit)
            .unwrap_or(0)
    }

    /// Source: G. Marsaglia, "Xorshift RNGs", 2003.
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}
