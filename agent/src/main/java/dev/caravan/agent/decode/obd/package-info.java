/**
 * Answers of a vehicle's control units to diagnostic requests become samples: current data, freeze frames, trouble codes,
 * monitor tests and vehicle information of SAE J1979 (ISO 15031-5), data by identifier and trouble codes of ISO 14229-1.
 * What an answer means stands in tables, YAML files of the configuration; the code knows forms and no parameter.
 * Not done: parameters scaled by what another one says (4F and 50 of service 01 do so to others), and the trouble codes'
 * texts.
 */
@NullMarked
package dev.caravan.agent.decode.obd;

import org.jspecify.annotations.NullMarked;
