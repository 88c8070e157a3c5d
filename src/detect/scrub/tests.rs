//! What scrubbing takes away, what it leaves, and that nothing survives it.

use proptest::prelude::*;

use super::{LONGEST, scrub};

/// Foreign text and what is shown of it. `sk_{live}_` and the like are put together here.
fn check(text: &str, expected: &str) {
    let text = put_together(text);
    let shown = scrub(&text);
    assert_eq!(shown.as_str(), put_together(expected), "of {text:?}");
    assert_eq!(scrub(shown.as_str()), shown, "a second time, of {text:?}");
}

fn put_together(text: &str) -> String {
    text.replace("{live}", "live").replace("{test}", "test").replace("{sec}", "sec")
}

fn stays(text: &str) {
    check(text, text);
}

#[test]
fn card_numbers_go_however_they_are_written() {
    for number in [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111_1111_1111_1111",
        "4111/1111/1111/1111",
        "4111+1111+1111+1111",
        "4111 - 1111 - 1111 - 1111",
        "4111\u{a0}1111\u{2009}1111\u{2011}1111",
        "4111\u{200b}1111\u{200b}1111\u{200b}1111",
        "4111%201111%201111%201111",
        "4111%25201111%25201111%25201111",
        "%34%31%31%31111111111111",
        "\\u0034111111111111111",
        "\\x34111111111111111",
        "&#52;111&nbsp;1111&#xa0;1111 1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "４１１１１１１１１１１１１１１１",
        "٤١١١١١١١١١١١١١١١",
        "4111\u{1b}[31m1111\u{1b}[0m11111111",
        "4111\n1111\n1111\n1111",
        "3782 822463 10005",
        "0000004111111111111111",
        "994111111111111111",
        "994111 1111 1111 1111",
        "4111 1111-1111 1111",
        "123456789041111111111111111234",
    ] {
        check(number, "[card number]");
        check(&format!("/data/{number}.csv"), "/data/[card number].csv");
        check(&format!("card={number}&x=1"), "card=[card number]&x=1");
    }
}

#[test]
fn what_stands_around_a_number_stays() {
    check("app-2026-11-20-4111111111111111.log", "app-2026-11-20-[card number].log");
    check("20261120-4111 1111 1111 1111", "20261120-[card number]");
    check("10.0.0.1 4111111111111111", "10.0.0.1 [card number]");
    check("203.113.120.150: 4111111111111111", "203.113.120.150: [card number]");
    check("no such file: é4111111111111111é", "no such file: é[card number]é");
}

#[test]
fn dates_addresses_and_versions_stay() {
    stays("2026-11-20T10:00:00");
    stays("2026-11-20T10:00:00.123456Z");
    stays("20261120100000");
    stays("20261120100000123");
    stays("/2026/11/20/10/30/00/part-00001.gz");
    stays("app-2026-11-20.log");
    stays("app-2026-11-20-10-00-00.log");
    stays("2005-06-07-22.18.17.203831");
    stays("0000000000000000");
    stays("13:38.881  2227  2227");
    stays("container_1445144423722_0020_01_000002");
    stays("v1.22.333-20261120.104500");
    stays("192.168.100.200:9092");
    stays("203.113.120.150/24");
    stays("550e8400-e29b-41d4-a716-446655440000");
    stays("1763600000000");
    stays("00000000000000012345.log");
    stays("orders.v2-retry-5s");
    stays("Größe 東京 ok…");
}

#[test]
fn tracks_codes_and_secrets_go() {
    check("%B4111111111111111^DOE/JANE^30121010000?x", "[track]x");
    check(";4111111111111111=30121010000012345678?", "[track]");
    check("4111111111111111D30121010000012345678F", "[track]");
    check("cvv=123&cardCvc: \"4567\"", "cvv=[removed]&cardCvc: \"[removed]\"");
    check("{\\\"cvv2\\\":\\\"123\\\"}", "{\\\"cvv2\\\":\\\"[removed]\\\"}");
    check("/keys/sk_{live}_abcdEFGH1234.txt", "/keys/[secret].txt");
    check("k%3Dsk%5F{test}%5FabcdEFGH1234", "k%3D[secret]");
    check("wh{sec}_abcdefghij0123456789", "[secret]");
    check("pi_3Abcdefgh1234567_{sec}ret_abcdefgh12345678", "[secret]");
    check("amqp://shop:hunter2@broker:5672", "amqp://shop:[secret]@broker:5672");
    check("sasl.password = hunter2", "sasl.password = [secret]");
    check("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [secret]");
}

#[test]
fn words_like_secrets_stay() {
    stays("task_test_environment");
    stays("pk_{live}_abcdefgh12345678");
    stays("topic secrets-rotation, spinning=12");
    stays("cvv_result=M");
    stays("\"apps.secret\": {");
}

#[test]
fn nothing_acts_on_the_terminal() {
    check("a\nb\r\n\tc", "a\\nb\\r\\n\\tc");
    check("\u{1b}[2J\u{1b}[31mred\u{1b}[0m", "\u{fffd}red\u{fffd}");
    check("\u{1b}]0;title\u{7}x", "\u{fffd}x");
    check("\u{1b}]8;;http://e\u{1b}\\link", "\u{fffd}\\link");
    check("gpj.\u{202e}exe", "gpj.\u{fffd}exe");
    check("\0\u{7f}\u{9b}1mx", "\u{fffd}x");
    check("\u{1b}[", "\u{fffd}");
}

#[test]
fn long_text_loses_its_middle() {
    let shown = scrub(&format!("begin{}end", "é".repeat(5_000)));
    assert_eq!(shown.as_str().chars().count(), LONGEST);
    assert!(shown.as_str().starts_with("begin") && shown.as_str().ends_with("end"));
    assert!(shown.as_str().contains('…'));
}

/// A number under the prefix, with its check digit from an independent implementation.
fn numbers() -> impl Strategy<Value = String> {
    const ISSUERS: &[(&str, usize)] =
        &[("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("36", 14), ("6011", 16), ("62", 19), ("35", 16)];
    (proptest::sample::select(ISSUERS), proptest::collection::vec(0..10u8, 19)).prop_map(
        |((prefix, length), tail)| {
            let mut number = prefix.to_owned();
            number.extend(tail.iter().map(|&d| char::from(b'0' + d)));
            number.truncate(length - 1);
            let check = (b'0'..=b'9').map(char::from).find(|&digit| luhn::valid(&format!("{number}{digit}")));
            number.push(check.expect("one of ten digits fits"));
            number
        },
    )
}

/// The number in groups of these sizes, the last one taking the rest.
fn grouped(number: &str, sizes: &[usize], gap: &str) -> String {
    let mut written = String::new();
    let mut rest = number;
    for &size in sizes.iter().cycle() {
        if rest.len() <= size {
            break;
        }
        written.extend([&rest[..size], gap]);
        rest = &rest[size..];
    }
    written + rest
}

const GAPS: &[&str] = &[
    "",
    " ",
    "-",
    ".",
    "_",
    "/",
    "+",
    "%20",
    "%2520",
    " - ",
    "\u{a0}",
    "\u{2013}",
    "\u{200b}",
    "\n",
    "\t",
    "\u{1b}[1m",
    "&nbsp;",
    "\\u00a0",
];
const SIZES: &[&[usize]] = &[&[4], &[4, 6, 5], &[6], &[1], &[2], &[8]];
const AROUND: &[&str] = &[
    "",
    "x",
    "card=",
    "/a/b.",
    "\"",
    " 12 ",
    "99",
    "2026-11-20 ",
    "-7-",
    "id:",
    "é",
    "\u{202e}",
    "%3D",
    "\\\"",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_card_number_survives(
        number in numbers(),
        gap in proptest::sample::select(GAPS),
        sizes in proptest::sample::select(SIZES),
        before in proptest::sample::select(AROUND),
        after in proptest::sample::select(AROUND),
    ) {
        let shown = scrub(&format!("{before}{}{after}", grouped(&number, sizes, gap)));
        let digits: String = shown.as_str().chars().filter(char::is_ascii_digit).collect();
        prop_assert!(!digits.contains(&number[..7]) && !digits.contains(&number[6..]));
        prop_assert!(shown.as_str().contains("[card number]"));
    }

    #[test]
    fn scrubbing_twice_is_scrubbing_once(text in ".{0,80}|[0-9 =:%._\\-]{0,60}|(sk_live_|cvv=|%|4111|\\PC| ){0,40}") {
        let once = scrub(&text);
        prop_assert_eq!(scrub(once.as_str()), once);
    }

    #[test]
    fn any_text_becomes_showable(text in "(?s).{0,1200}") {
        let shown = scrub(&text);
        prop_assert!(shown.as_str().chars().count() <= LONGEST);
        prop_assert!(!shown.as_str().chars().any(char::is_control));
    }
}
