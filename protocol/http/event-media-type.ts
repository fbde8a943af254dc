/** `content-type` of a delivery: one structured CloudEvent. Exactly this is sent, because several receivers refuse a charset. */
export const EVENT_MEDIA_TYPE = 'application/cloudevents+json';
