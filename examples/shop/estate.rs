//! The estate file, the demo key, and the broker's access lists as `kafka-acls.sh --list` prints them.

use super::world::World;

/// A key that everybody knows: for this demonstration and nothing else.
const DEMO_KEY: &str = "d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0";

/// Who may read which topic. In the leaky shop two principals may read more than they need.
const GRANTS: &[(&str, &str, &str)] = &[
    ("payments.authorized", "User:gateway", "WRITE"),
    ("payments.authorized", "User:vault", "READ"),
    ("orders", "User:vault", "WRITE"),
    ("orders", "User:orders", "READ"),
    ("orders", "User:crm-sync", "READ"),
    ("orders", "User:erp-sync", "READ"),
    ("orders-retry", "User:gateway", "WRITE"),
    ("orders-retry", "User:gateway", "READ"),
    ("orders-dlt", "User:gateway", "WRITE"),
];
const NEEDLESS_GRANTS: &[(&str, &str, &str)] =
    &[("payments.authorized", "User:analytics", "READ"), ("payments.authorized", "User:erp-sync", "READ")];

/// Everything that is not data.
pub fn files(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("dyetrace.yaml", ESTATE.as_bytes().to_vec()),
        ("demo.key", format!("{DEMO_KEY}\n").into_bytes()),
        ("acls.txt", access_lists(world).into_bytes()),
    ]
}

fn access_lists(world: &World) -> String {
    let needless = if world.leaks() { NEEDLESS_GRANTS } else { &[] };
    let mut grants: Vec<_> = GRANTS.iter().chain(needless).collect();
    grants.sort();
    let mut text = String::new();
    for topic in ["orders", "orders-dlt", "orders-retry", "payments.authorized"] {
        text += &format!(
            "Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name={topic}, patternType=LITERAL)`: \n"
        );
        for (_, principal, operation) in grants.iter().filter(|grant| grant.0 == topic) {
            text +=
                &format!("\t(principal={principal}, host=*, operation={operation}, permissionType=ALLOW)\n");
        }
        text += "\n";
    }
    text
}

const ESTATE: &str = r#"# A small merchant, written by `cargo run --example shop`.
version: 1
estate: Example Shop
key: {file: demo.key}       # a demo key that everybody knows; `dyetrace init` makes a real one

zones:
  cde:          {may_hold: [pan, expiry, cardholder, token, psp-id]}
  connected:    {may_hold: [token, pan.truncated, pan.masked, psp-id, contact]}
  out-of-scope: {may_hold: [token, pan.truncated, pan.masked, contact]}

systems:
  gateway:
    kind: payment-gateway
    zone: cde
    owner: payments
    principals: ["User:gateway"]
    needs: {pan: "authorizes payments", token: "the same", expiry: "the same", cardholder: "the same"}
  vault:
    kind: service
    zone: cde
    owner: payments
    principals: ["User:vault"]
    needs: {pan: "exchanges card numbers for tokens", token: "the same"}
  checkout: {kind: service, zone: connected, owner: web}
  webhooks: {kind: service, zone: connected, owner: web, needs: {token: "marks orders as paid"}}
  orders:
    kind: service
    zone: connected
    owner: fulfilment
    principals: ["User:orders"]
    needs: {token: "refunds", pan.truncated: "shown on the receipt", contact: "sends the receipt"}
  crm:
    kind: crm
    zone: out-of-scope
    owner: sales
    principals: ["User:crm-sync"]
    needs: {token: "shows the saved card", pan.truncated: "the same", contact: "customers"}
  erp:
    kind: erp
    zone: out-of-scope
    owner: finance
    principals: ["User:erp-sync"]
    needs: {token: "matches refunds", pan.truncated: "the same", contact: "invoices"}
  analytics: {kind: analytics, zone: out-of-scope, owner: growth, principals: ["User:analytics"]}

sources:
  - {name: journal, system: gateway, connector: file, path: gateway/journal.jsonl.gz, kind: log}
  - {name: settlement, system: gateway, connector: file, path: gateway/settlement.csv, kind: export, timezone: UTC}
  - {name: payments.authorized, system: gateway, connector: file, path: bus/payments.authorized.jsonl, kind: topic}
  - {name: orders, system: vault, connector: file, path: bus/orders.jsonl, zone: connected, kind: topic}
  - {name: orders-retry, system: gateway, connector: file, path: bus/orders-retry.jsonl, zone: connected}
  - {name: orders-dlt, system: gateway, connector: file, path: bus/orders-dlt.jsonl, zone: connected}
  - {name: checkout-log, system: checkout, connector: file, path: logs/checkout.jsonl, kind: log}
  - {name: orders-log, system: orders, connector: file, path: logs/orders.log, kind: log}
  - {name: webhook-log, system: webhooks, connector: file, path: logs/webhooks.jsonl, kind: log}
  - {name: contacts, system: crm, connector: file, path: exports/contacts.csv, kind: export}
  - {name: receivables, system: erp, connector: file, path: exports/receivables.csv, kind: export, timezone: UTC}
  - {name: clickstream, system: analytics, connector: file, path: analytics/clickstream.jsonl, kind: export}

datasets:
  - {match: "*", environment: production}
  - {match: journal, retention: 30d}
  - {match: settlement, retention: 400d}
  - {match: "orders*", retention: 14d}
  - {match: payments.authorized, retention: 7d, read_by: [vault]}
  - {match: orders, read_by: [orders, crm, erp]}
  - {match: orders-retry, read_by: [gateway]}
  - {match: "*-log", retention: 30d}
  - {match: contacts, retention: 400d}
  - {match: receivables, retention: 400d}
  - {match: clickstream, retention: 90d}

flows:
  - {from: checkout, to: gateway, via: api, auth: mtls, carries: [pan, cvv, expiry, cardholder]}
  - {from: gateway, to: vault, via: kafka, auth: mtls, carries: [pan, token]}
  - {from: gateway, to: webhooks, via: webhook, auth: hmac, carries: [token, pan.truncated, psp-id]}
  - {from: gateway, to: checkout, via: api, auth: mtls, carries: [token]}
  - {from: vault, to: orders, via: kafka, auth: mtls, carries: [token, pan.truncated, contact]}
  - {from: vault, to: crm, via: kafka, auth: mtls, carries: [token, contact]}
  - {from: vault, to: erp, via: kafka, auth: mtls, carries: [token, pan.truncated, pan.masked]}

grants:
  - {import: acls.txt, format: kafka-acls}

policies: [pci-dss-4.0.1, tokenization, least-privilege]
"#;
