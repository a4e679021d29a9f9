/** The grain of the simulated time, in seconds. */
export const step = 30;
export const [hour, day] = [3_600, 86_400];
export const stepsOf = (seconds: number) => Math.round(seconds / step);
