package dev.caravan.agent.device.nev;

/** The selector's positions, coded as in the low four bits of GB/T 32960.3-2016, annex A. */
enum Gear {
  N(0),
  R(13),
  D(14),
  P(15);

  final int code;

  Gear(int code) {
    this.code = code;
  }
}
