'use strict';
// A handler: gets the input of a process and what is known of the attempt, returns the result.

exports.process = async (input, context) => {
  console.log(`attempt ${context.attempt} of ${context.processId}`);
  context.progress(0.5, 'half');
  return { hello: input?.name ?? 'world' };
};
