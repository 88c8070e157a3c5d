//! Why a finding is one: each piece of evidence with its weight, and what its field says. `scan --explain`.

use serde::Serialize;

use crate::{
    audit::Finding,
    detect::{Reason, Score},
    observe::Vote,
};

/// The evidence of a finding in JSON; weights are hundredths of a bit.
#[derive(Serialize)]
pub(super) struct Explanation {
    score: i32,
    own: i32,
    evidence: Vec<Weighed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numbers: Option<FieldNumbers>,
}

#[derive(Serialize)]
struct Weighed {
    reason: &'static str,
    weight: i32,
}

/// What the numbers of the field say.
#[derive(Serialize)]
struct FieldNumbers {
    distinct: u64,
    passed: u64,
    weight: i32,
    evidence: Vec<Weighed>,
}

impl Explanation {
    /// Of a finding.
    pub(super) fn of(finding: &Finding) -> Self {
        let numbers = finding.vote.as_ref().map(|vote| FieldNumbers {
            distinct: vote.distinct,
            passed: vote.passed,
            weight: vote.weight(),
            evidence: weighed(&vote.reasons),
        });
        let (score, own) = (finding.score.0, finding.own.0);
        Explanation { score, own, evidence: weighed(&finding.reasons), numbers }
    }

    /// One with every key.
    #[cfg(test)]
    pub(super) fn example() -> Self {
        let evidence = || weighed(&[Reason("its field holds card numbers", 300)]);
        let numbers = FieldNumbers { distinct: 2, passed: 2, weight: 300, evidence: evidence() };
        Explanation { score: 600, own: 300, evidence: evidence(), numbers: Some(numbers) }
    }
}

fn weighed(reasons: &[Reason]) -> Vec<Weighed> {
    reasons.iter().map(|Reason(reason, weight)| Weighed { reason, weight: *weight }).collect()
}

/// The evidence of a finding as a table for people, in bits.
pub(super) fn table(finding: &Finding) -> String {
    let mut text: String = finding.reasons.iter().map(|Reason(words, weight)| line(*weight, words)).collect();
    let Some(vote) = &finding.vote else { return text + &line(finding.score.0, "in all") };
    text += &line(finding.own.0, "by itself");
    text += &vote.reasons.iter().map(|Reason(words, weight)| line(*weight, words)).collect::<String>();
    let stands = finding.own >= Score::STRONG && vote.weight() < 0;
    let words = if stands { "in all: what stands by itself is not voted down" } else { "in all" };
    text + &format!("            {}\n", numbers(vote)) + &line(finding.score.0, words)
}

fn numbers(vote: &Vote) -> String {
    format!("of {} distinct numbers in its field {} pass as card numbers", vote.distinct, vote.passed)
}

fn line(weight: i32, words: &str) -> String {
    let sign = if weight < 0 { '-' } else { '+' };
    let bits = format!("{sign}{}.{:02}", weight.abs() / 100, weight.abs() % 100);
    format!("    {bits:>6}  {words}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decode::FieldPath,
        detect::{Class, Scrubbed, Tag},
    };

    fn finding(own: i32, vote: Option<Vote>) -> Finding {
        Finding {
            path: Scrubbed::from_static("a.log"),
            record: 1,
            offset: None,
            length: 16,
            field: FieldPath::parse("note"),
            tag: Tag::clear(Class::Pan),
            brand: None,
            score: Score(own),
            own: Score(own),
            reasons: vec![Reason("the key names a card number", 1_100), Reason("check digit", -205)],
            vote,
            masked: None,
        }
    }

    #[test]
    fn evidence_adds_up_before_the_eyes() {
        let reasons = vec![Reason("its field holds other numbers", -600)];
        let vote = Vote { distinct: 512, passed: 18, reasons };
        let expected = [
            "    +11.00  the key names a card number",
            "     -2.05  check digit",
            "     +8.95  by itself",
            "     -6.00  its field holds other numbers",
            "            of 512 distinct numbers in its field 18 pass as card numbers",
            "     +8.95  in all: what stands by itself is not voted down",
        ];
        assert_eq!(table(&finding(895, Some(vote))).lines().collect::<Vec<_>>(), expected);
    }
}
