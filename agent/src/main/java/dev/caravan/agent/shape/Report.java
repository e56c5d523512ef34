package dev.caravan.agent.shape;

/** Something worth sending. */
public sealed interface Report permits Reading, Snapshot {}
