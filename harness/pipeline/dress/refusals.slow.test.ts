import { testRefusals } from '../../testing/refused-statements.ts';

testRefusals([14, 15, 17, 18]);
