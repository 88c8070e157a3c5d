//! Documents for this floor's tests: a tiny one, and one of sixty datasets as large estates have them.

use std::collections::BTreeMap;

use super::*;

/// A gateway, a topic and a retry queue that keeps too much, one flow declared and one inferred.
pub(super) fn tiny() -> Document {
    let mut document = empty("Tiny Shop");
    document.estate.systems.push(SystemEntry {
        name: "gateway".into(),
        kind: "payment-gateway".into(),
        zone: Some("cde".into()),
        owner: Some("payments".into()),
    });
    document.datasets = vec![
        dataset("payments", "topic", "cde", Some(7)),
        dataset("retry <script>\"'&", "retry-queue", "connected", None),
    ];
    document.observations = vec![
        observed("payments", vec![field("pan", "pan.clear", 9000)]),
        observed(
            "retry <script>\"'&",
            vec![field("body.card", "pan.clear", 41), field("body.cvc", "cvv.clear", 41)],
        ),
    ];
    let gateway = EndEntry { system: Some("gateway".into()), ..EndEntry::default() };
    let mut declared = flow(0, gateway, place("payments"), "declared");
    declared.evidence[0].at = Some(CitationEntry { file: "dyetrace.yaml".into(), line: 9 });
    document.edges = vec![declared, flow(1, place("payments"), place("retry <script>\"'&"), "inferred")];
    document.violations = vec![violation("retry <script>\"'&", "body.card", &[0, 1])];
    document.grants = vec![GrantEntry {
        principal: "User:crm".into(),
        may: "read".into(),
        dataset: "pay*".into(),
        until: None,
        at: Some(CitationEntry { file: "acls.txt".into(), line: 3 }),
    }];
    document
}

/// Sixty datasets in four zones, ninety flows, each fifth dataset with a violation.
pub(super) fn large() -> Document {
    let mut document = empty("Large Shop");
    let zones = ["cde", "connected", "analytics", "out-of-scope"];
    let kinds = ["log", "topic", "retry-queue", "export", "table", "dead-letters"];
    let tags = ["pan.clear", "token.clear", "pan.truncated", "pan.hashed", "expiry.clear", "cvv.clear"];
    let words = ["orders", "payments", "checkout", "refunds", "ledger", "contacts", "fraud-signals-enriched"];
    let name = |at: usize| format!("{}.{}-{at:02}", words[at % 7], kinds[at * 5 % 6]);
    for at in 0..60 {
        let dataset_name = name(at);
        document.datasets.push(dataset(&dataset_name, kinds[at * 5 % 6], zones[at / 15], Some(at as u64)));
        let fields =
            (0..at % 5).map(|n| field(&format!("payload.item.{n}"), tags[(at + n) % 6], 40 + n as u64));
        document.observations.push(observed(&dataset_name, fields.collect()));
    }
    for at in 0..90_usize {
        let from = at * 7 % 50;
        let to = (from + 1 + at * at % 23).min(59);
        let status = if at % 3 == 0 { "inferred" } else { "declared" };
        let mut edge = flow(at as u64, place(&name(from)), place(&name(to)), status);
        edge.carries = vec![tags[at % 6].into()];
        document.edges.push(edge);
        if at % 8 == 5 || at % 8 == 0 {
            document.violations.push(violation(&name(to), "payload.item.0", &[at as u64]));
        }
    }
    document
}

fn empty(name: &str) -> Document {
    let zone = |name: &str| ZoneEntry { name: name.into(), may_hold: vec!["token".into()] };
    Document {
        version: VERSION,
        run: RunEntry {
            id: "20261120-100000-1a2b3c4d".into(),
            started: "2026-11-20T10:00:00Z".into(),
            tool: "0.1.0".into(),
            key: "327f5b34".into(),
            key_kind: "lasting".into(),
            complete: true,
        },
        estate: EstateEntry {
            name: name.into(),
            zones: ["cde", "connected", "analytics", "out-of-scope"].map(zone).into(),
            systems: Vec::new(),
        },
        coverage: Vec::new(),
        datasets: Vec::new(),
        observations: Vec::new(),
        edges: Vec::new(),
        grants: Vec::new(),
        readers: Vec::new(),
        violations: Vec::new(),
        not_assessable: Vec::new(),
        skipped: Vec::new(),
        allowed: Vec::new(),
        unmatched: Vec::new(),
        view: Default::default(),
    }
}

fn dataset(name: &str, kind: &str, zone: &str, days: Option<u64>) -> DatasetEntry {
    DatasetEntry {
        name: name.into(),
        namespace: "file".into(),
        address: format!("dumps/{name}.jsonl"),
        kind: kind.into(),
        zone: Some(zone.into()),
        owner: Some("payments".into()),
        environment: Some("production".into()),
        retention: days.map(|days| days * 86_400),
        written_by: Vec::new(),
        read_by: vec!["fraud".into()],
        records: Some(9000),
        first: Some("2026-11-01T00:00:00Z".into()),
        last: None,
        properties: BTreeMap::new(),
        retries: None,
    }
}

fn observed(dataset: &str, fields: Vec<FieldEntry>) -> ObservationEntry {
    ObservationEntry { dataset: dataset.into(), fields_seen: 9, fields, together: Vec::new() }
}

fn field(path: &str, tag: &str, count: u64) -> FieldEntry {
    let (class, state) = tag.split_once('.').unwrap();
    let tag = TagEntry {
        class: class.into(),
        state: state.into(),
        test: false,
        count,
        unresolved: 2,
        confidence: "high".into(),
        reasons: BTreeMap::from([("luhn".into(), count)]),
        brands: BTreeMap::new(),
        first_seen: Some("2026-11-02T10:00:00Z".into()),
        last_seen: Some("2026-11-19T09:30:00Z".into()),
        positions: vec![PositionEntry { partition: "dumps/x.jsonl".into(), record: 7, offset: Some(512) }],
    };
    FieldEntry { path: path.into(), values: count, tags: vec![tag] }
}

fn place(name: &str) -> EndEntry {
    EndEntry { dataset: Some(name.into()), ..EndEntry::default() }
}

fn flow(id: u64, from: EndEntry, to: EndEntry, status: &str) -> EdgeEntry {
    let inferred = status == "inferred";
    EdgeEntry {
        id,
        from,
        to,
        via: None,
        transform: if inferred { "copied" } else { "unknown" }.into(),
        status: vec![status.into()],
        probability: if inferred { 970 } else { 1000 },
        carries: vec!["pan.clear".into()],
        evidence: vec![EvidenceEntry {
            kind: if inferred { "shared-values" } else { "declared" }.into(),
            text: if inferred { "41 of the 41 values that arrive stand at the source" } else { "declared" }
                .into(),
            ..EvidenceEntry::default()
        }],
    }
}

fn violation(dataset: &str, field: &str, path: &[u64]) -> ViolationEntry {
    ViolationEntry {
        rule: "pan-in-clear-outside-cde".into(),
        pack: "pci-dss-4.0.1".into(),
        severity: "high".into(),
        title: format!("card number in the clear in {dataset} ({field}), zone connected"),
        at: EndEntry { dataset: Some(dataset.into()), field: Some(field.into()), ..EndEntry::default() },
        tag: Some("pan.clear".into()),
        principal: None,
        path: path.to_vec(),
        edge: None,
        count: 41,
        first_seen: Some("2026-11-02T10:00:00Z".into()),
        last_seen: Some("2026-11-19T09:30:00Z".into()),
        positions: vec![PositionEntry { partition: "dumps/x.jsonl".into(), record: 7, offset: Some(512) }],
        policy: CitationEntry { file: "policies/pci-dss-4.0.1.yaml".into(), line: 47 },
        references: BTreeMap::from([("pci-dss".into(), vec!["3.5.1".into()])]),
        remediation: "Write a token instead.".into(),
        exception: None,
    }
}

/// A part that could not be read.
pub(super) fn unread() -> CoverageEntry {
    CoverageEntry {
        source: "bus".into(),
        dataset: None,
        partition: None,
        records: 0,
        bytes: 0,
        state: "failed".into(),
        problem: Some("the broker did not answer; check the address".into()),
        detail: None,
    }
}

/// What a live system tells: a retry topic that is fed by a topic and by one that is gone, a reader whom nobody knows,
/// and a grant that nothing needs.
pub(super) fn live() -> Document {
    let mut document = empty("Live Shop");
    let analytics = || EndEntry { system: Some("analytics".into()), ..EndEntry::default() };
    let outside = |name: &str| EndEntry { outside: Some(name.into()), ..EndEntry::default() };
    document.estate.systems.push(SystemEntry {
        name: "analytics".into(),
        kind: "analytics".into(),
        zone: Some("out-of-scope".into()),
        owner: None,
    });
    let mut retry = dataset("bus/charges-retry", "retry-queue", "connected", Some(7));
    retry.retries = Some(RetriesEntry {
        records: 41,
        most_attempts: Some(3),
        oldest_failure: Some("2026-10-09T23:00:00Z".into()),
    });
    document.datasets = vec![dataset("bus/charges", "topic", "cde", Some(7)), retry];
    document.observations = vec![
        observed("bus/charges", vec![field("pan", "pan.clear", 9000)]),
        observed("bus/charges-retry", vec![field("pan", "pan.clear", 41)]),
    ];
    let told = |kind: &str, movement: Option<&str>| EvidenceEntry {
        kind: kind.into(),
        text: "told".into(),
        movement: movement.map(str::to_owned),
        ..EvidenceEntry::default()
    };
    let mut edges = vec![
        flow(0, place("bus/charges"), place("bus/charges-retry"), "observed"),
        flow(1, outside("bus/gone"), place("bus/charges-retry"), "observed"),
        flow(2, place("bus/charges-retry"), outside("loyalty"), "observed"),
        flow(3, place("bus/charges"), analytics(), "permitted"),
    ];
    edges[0].transform = "copied".into();
    edges[0].evidence = vec![told("movement", Some("naming")), told("movement", Some("retry"))];
    edges[1].evidence = vec![told("movement", Some("redrive"))];
    edges[2].evidence = vec![told("reader", None)];
    edges[3].probability = 0;
    document.edges = edges;
    let mut grant = violation("bus/charges", "pan", &[]);
    grant.at = EndEntry { dataset: Some("bus/charges".into()), ..analytics() };
    (grant.principal, grant.positions) = (Some("User:analytics".into()), Vec::new());
    let mut near = violation("bus/charges", "pan", &[0]);
    near.title = "card number somewhere else".into();
    document.violations = vec![grant, near, violation("bus/charges-retry", "pan", &[0])];
    document.readers = vec![ReaderEntry {
        name: "loyalty".into(),
        dataset: "bus/charges-retry".into(),
        systems: Vec::new(),
        last: None,
    }];
    document.coverage = vec![CoverageEntry { state: "sampled".into(), ..unread() }];
    document
}

/// The tiny one with nothing left out: every key of the format has a value.
pub(super) fn full() -> Document {
    let mut document = tiny();
    let at = || PositionEntry { partition: "dumps/y.jsonl".into(), record: 8, offset: Some(64) };
    let line = || CitationEntry { file: "dyetrace.yaml".into(), line: 12 };
    document.coverage = vec![unread()];
    document.datasets[0].written_by = vec!["gateway".into()];
    document.datasets[0].properties.insert("cleanup".into(), "compact".into());
    document.datasets[0].retries = Some(RetriesEntry {
        records: 3,
        most_attempts: Some(5),
        oldest_failure: Some("2026-11-01T00:00:00Z".into()),
    });
    document.datasets[1].retries = document.datasets[0].retries.clone();
    document.readers = vec![ReaderEntry {
        name: "fraud-scoring".into(),
        dataset: "payments".into(),
        systems: vec!["fraud".into()],
        last: Some("2026-11-19T09:30:00Z".into()),
    }];
    document.edges[0].from.outside = Some("s3://archive".into());
    document.observations[0].together = vec![TogetherEntry {
        tags: vec!["pan.clear".into(), "cvv.clear".into()],
        count: 4,
        positions: vec![at()],
    }];
    document.observations[0].fields[0].tags[0].brands.insert("visa".into(), 3);
    document.edges[1].from.field = Some("pan".into());
    document.edges[1].evidence = vec![EvidenceEntry {
        kind: "shared-values".into(),
        text: "41 of 41".into(),
        movement: Some("retry".into()),
        counts: BTreeMap::from([("shared".into(), 41)]),
        from: Some(at()),
        to: Some(at()),
        at: Some(line()),
    }];
    document.violations[0].at.system = Some("web".into());
    document.violations[0].exception = Some(line());
    document.not_assessable = vec![NotAssessableEntry {
        rule: "unused-grant".into(),
        pack: "house".into(),
        missing: "readers".into(),
    }];
    document.skipped = vec![SkippedEntry {
        dataset: "payments".into(),
        reason: "broken-json".into(),
        count: 2,
        positions: vec![at()],
    }];
    document.allowed = vec![AllowedEntry { at: line(), reason: "vouchers".into(), values: 3 }];
    document.unmatched = vec![UnmatchedEntry { at: line(), what: "a flow that was not seen".into() }];
    document
}
