/**
 * The log: what slf4j and java.util.logging are given becomes lines on standard error. In the agent a thread of its own writes them,
 * so that nothing that reads, decodes or delivers ever waits for whoever reads the log.
 */
@NullMarked
package dev.caravan.agent.log;

import org.jspecify.annotations.NullMarked;
