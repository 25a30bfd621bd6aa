import { activationDerivative, activationValue } from 'evenkeel';

const names = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'elu', 'silu'];
const inputs = [-4, -1, 0, 1, 4];
for (const name of names) {
  const value = inputs.map((z) => activationValue(name, z).toFixed(2));
  const slope = inputs.map((z) => activationDerivative(name, z).toFixed(2));
  console.log(name, '|', ...value, '| slope', ...slope);
}
