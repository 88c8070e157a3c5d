//! SQS: the queue of the gateway's webhooks, and the queue that its redrive policy moves to what nobody could read.

use aws_sdk_sqs::{Client, types::QueueAttributeName as Attribute};
use data_encoding::BASE64;
use serde_json::json;

use crate::aws::{Keys, Seeder};
use crate::sales::each;
use crate::servers::moto::Moto;
use crate::world::Sale;

/// Queues with their messages, some of which failed.
pub fn fill(moto: &Moto, sales: &[Sale]) {
    let seeder = Seeder::new(moto.port, &Keys::default());
    let client = Client::new(&seeder.config);
    let dead = "arn:aws:sqs:eu-west-1:123456789012:webhooks-dlq";
    let redrive = json!({"deadLetterTargetArn": dead, "maxReceiveCount": 1}).to_string();
    let create = client.create_queue().queue_name("webhooks-dlq");
    seeder.run(create.attributes(Attribute::MessageRetentionPeriod, "1209600").send());
    let create = client.create_queue().queue_name("webhooks").attributes(Attribute::RedrivePolicy, redrive);
    let url = seeder.run(create.send()).queue_url.unwrap();
    let failed: Vec<&Sale> = each(sales, 24, 7).collect();
    for sale in &failed {
        seeder.run(client.send_message().queue_url(&url).message_body(webhook(sale)).send());
    }
    fail(&seeder, &client, &url);
    for sale in each(sales, 24, 8) {
        seeder.run(client.send_message().queue_url(&url).message_body(webhook(sale)).send());
    }
}

/// The gateway's own words, wrapped once more by whoever queued them.
fn webhook(sale: &Sale) -> String {
    let card = json!({"number": sale.card, "holder": sale.holder});
    let body = json!({"type": "payment.captured", "order_id": sale.order, "card": card}).to_string();
    json!({"received_from": "gateway", "raw_body": BASE64.encode(body.as_bytes())}).to_string()
}

/// A worker that takes every message twice and deletes none: then the redrive policy moves them.
fn fail(seeder: &Seeder, client: &Client, url: &str) {
    let mut took = 1;
    while took > 0 {
        let receive =
            client.receive_message().queue_url(url).max_number_of_messages(10).visibility_timeout(0);
        took = seeder.run(receive.send()).messages().len();
    }
}
