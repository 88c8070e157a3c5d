//! Which binding takes which routing key. Pure: text in, yes or no out.

/// The routing key of messages, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// This one.
    Exactly(String),
    /// One that a topic binding of this pattern takes.
    Fitting(String),
    /// Whatever the publisher said.
    Any,
}

/// The keys of messages that come by a binding of an exchange of this kind.
pub(super) fn key_by(exchange: &str, binding: &str) -> Key {
    match exchange {
        "direct" => Key::Exactly(binding.into()),
        "topic" if binding.split('.').any(|word| word == "*" || word == "#") => Key::Fitting(binding.into()),
        "topic" => Key::Exactly(binding.into()),
        _ => Key::Any,
    }
}

/// Whether a binding of an exchange of this kind may take messages with that key. Of kinds that go by headers or
/// hashes each binding may.
pub(super) fn takes(exchange: &str, binding: &str, key: &Key) -> bool {
    match (exchange, key) {
        ("direct", Key::Exactly(key)) => binding == key,
        ("direct", Key::Fitting(pattern)) => overlap(&words(pattern), &literal(binding)),
        ("topic", Key::Exactly(key)) => overlap(&words(binding), &literal(key)),
        ("topic", Key::Fitting(pattern)) => overlap(&words(binding), &words(pattern)),
        _ => true,
    }
}

#[derive(Debug, PartialEq)]
enum Word<'a> {
    This(&'a str),
    One,
    Any,
}

fn words(pattern: &str) -> Vec<Word<'_>> {
    let word = |word| match word {
        "*" => Word::One,
        "#" => Word::Any,
        word => Word::This(word),
    };
    pattern.split('.').map(word).collect()
}

fn literal(key: &str) -> Vec<Word<'_>> {
    key.split('.').map(Word::This).collect()
}

/// Whether two patterns have a key in common. In place `b` of a row stands whether the words so far of the one and the
/// first `b` of the other have; so the work is the product of both lengths.
fn overlap(left: &[Word<'_>], right: &[Word<'_>]) -> bool {
    let mut row = vec![true];
    row.extend(right.iter().scan(true, |all, word| {
        *all &= *word == Word::Any;
        Some(*all)
    }));
    for word in left {
        let mut next = vec![row[0] && *word == Word::Any];
        for (place, other) in right.iter().enumerate() {
            next.push(match (word, other) {
                (Word::Any, _) | (_, Word::Any) => row[place + 1] || next[place],
                (Word::This(word), Word::This(other)) => row[place] && word == other,
                _ => row[place],
            });
        }
        row = next;
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bindings_take_keys() {
        let exactly = |key: &str| Key::Exactly(key.into());
        let fitting = |key: &str| Key::Fitting(key.into());
        for (exchange, binding, key, expected) in [
            ("direct", "a", exactly("a"), true),
            ("direct", "a", exactly("b"), false),
            ("direct", "pay.card", fitting("pay.*"), true),
            ("direct", "mail", fitting("pay.*"), false),
            ("direct", "*", exactly("a"), false),
            ("direct", "a", Key::Any, true),
            ("fanout", "a", exactly("b"), true),
            ("headers", "", exactly("b"), true),
            ("topic", "orders.*", exactly("orders.eu"), true),
            ("topic", "orders.*", exactly("orders.eu.big"), false),
            ("topic", "orders.#", exactly("orders"), true),
            ("topic", "orders.eu", exactly("orders.*"), false),
            ("topic", "#.eu", fitting("orders.*"), true),
            ("topic", "a.*", fitting("b.#"), false),
            ("topic", "#", fitting("#"), true),
            ("topic", "*.b", fitting("a.#.c"), false),
            ("topic", "#.b.#", fitting("a.*.c"), true),
        ] {
            assert_eq!(takes(exchange, binding, &key), expected, "{exchange} {binding} {key:?}");
        }
    }

    #[test]
    fn bindings_tell_keys() {
        assert_eq!(key_by("direct", "a.*"), Key::Exactly("a.*".into()));
        assert_eq!(key_by("topic", "a.*"), Key::Fitting("a.*".into()));
        assert_eq!(key_by("topic", "a.b"), Key::Exactly("a.b".into()));
        assert_eq!(key_by("fanout", ""), Key::Any);
    }

    #[test]
    fn many_wildcards_take_no_time() {
        let many = ["#.a"; 40].join(".");
        assert!(takes("topic", &many, &Key::Fitting(many.replace('a', "*"))));
        assert!(!takes("topic", &many, &Key::Exactly("b.".repeat(100))));
    }
}
