// Prints what devices send: node follow.mjs mqtt://HOST:PORT FLEET DEVICE (needs mqtt of npm; ws:// and wss:// are taken too); + is any.
import mqtt from "mqtt";
import caravan from "./caravan.js";

const [url, fleet, device] = process.argv.slice(2);
const topics = ["schema/+", "data/+", "event"].map((rest) => `caravan/v1/${fleet}/${device}/${rest}`);
const reader = new caravan.Reader();
const client = mqtt.connect(url);
reader.asks = (topic, request) => client.publish(topic, Buffer.from(request));
client.on("connect", () => client.subscribe(topics, {qos: 1}));
client.on("message", async (topic, message) => {
  for await (const reading of reader.take(topic, message)) console.log(caravan.line(reading));
});
