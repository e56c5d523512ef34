package dev.caravan.agent.encode.columns;

/** A way of writing the frames of one window. */
interface Peer {
  /** How the table calls it, codec included. */
  String name();

  /** Adds one frame, decoded. */
  void frame(long timeUs, VehicleTrace.Message message);

  /** Ends the window; returns the bytes that it takes, 0 if it is empty. */
  int close();
}
