/** Terms that people who need care meet and have to: they do not make a text harder to read. */
export const clinicalTerms: readonly string[] = list(`
  admission admissions allergies allergy ambulance anaesthetic antibiotic antibiotics anticoagulant anticoagulants
  appointment appointments asthma cancer cardiology clinic clinical clinician clinicians community condition conditions
  consultant consultants consultation consultations dermatology diabetes diagnosis diagnoses discharge discharged
  doctor doctors dispensing electronic emergency endoscopy epilepsy hospital hospitals immunisation immunisations
  injection injections maternity medical medication medications medicine medicines midwife midwives monitoring
  neurology nurse nurses oncology operation operations outpatient outpatients paediatric paediatrics palliative
  paracetamol paramedic paramedics pathology pathway pathways patient patients pharmacies pharmacist pharmacists
  pharmacy physiotherapist physiotherapists physiotherapy practice practices prescribe prescribed prescribes
  prescribing prescriber prescribers prescription prescriptions primary psychiatry radiology referral referrals
  rehabilitation respiratory secondary specialist specialists surgery therapist therapists therapy treatment
  treatments vaccination vaccinations vaccine vaccines
`);

/** Words of care and of the NHS that dictionaries for everyone do not have. */
export const careWords: readonly string[] = list(`
  aciclovir adalimumab aftercare albuminuria allopurinol alopecia amiodarone amitriptyline amlodipine amoxicillin
  anaemia anaemic anaesthesia anaesthetist anaesthetists analgesia analgesic analgesics angiogram angioplasty
  antenatal anticoagulant anticoagulants anticoagulated anticoagulation anticonvulsant antidepressant antidepressants
  antiemetic antiemetics antihypertensive antihypertensives antimicrobial antimicrobials antiplatelet antipsychotic
  antipsychotics antiretroviral antiretrovirals antiviral antivirals apixaban arrhythmia arrhythmias arthroplasty
  arthroscopy aspirin atenolol atorvastatin atrial audiologist audiologists audiology autoimmune azathioprine azithromycin
  backlog backlogs bariatric beclometasone benzodiazepine benzodiazepines biochemistry biologics biomarker biomarkers
  biopsied biosimilar biosimilars bisoprolol bisphosphonate bisphosphonates bowel brachytherapy bradycardia bronchiectasis
  bronchiolitis bronchodilator budesonide buprenorphine caesarean calprotectin candesartan cannula cannulas cannulation
  carbamazepine cardiologist cardiologists cardiomyopathy cardiopulmonary cardiothoracic cardiovascular caregiver
  caregivers carer carers caseload caseloads casemix catheterisation cefalexin cellulitis cerebrovascular cervical
  chaperone chaperones chemo chlamydia cholecystectomy cholesterol ciclosporin ciprofloxacin cirrhosis citalopram
  clarithromycin clexane clindamycin clopidogrel clozapine codeine colonoscopies colonoscopy colorectal colposcopy
  comms comorbid comorbidities comorbidity contraindicated contraindication contraindications coproduce coproduced
  coproduction coronavirus corticosteroid corticosteroids creatinine cyberattack cystoscopy cytology dabigatran dalteparin
  debrief decongestant defibrillator defibrillators dementia denosumab deprescribe deprescribed deprescribing
  dermatological dermatologist dermatologists desflurane diabetic diabetics dialysis diazepam diclofenac dietetic
  dietetics dietitian dietitians digoxin dispensary diuretic diuretics docetaxel dosage doxycycline dyslexia
  dyspepsia dysphagia dyspnoea eczema echocardiogram echocardiograms edoxaban eform eforms eGFR elective electives
  electrocardiogram electrolyte electrolytes email emailed emailing emails embolism emollient emollients enalapril
  endocrine endocrinologist endocrinology endometriosis endoscopic endoscopies endoscopist endoscopists enoxaparin
  enteral epidural epilepsy ePrescribing epilepsies erythema escitalopram estradiol etanercept ezetimibe factsheet
  factsheets faecal ferritin fertility fibrillation fibromyalgia flucloxacillin fluconazole fluoxetine flutamide
  folate formularies formulary frailty furosemide gabapentin gabapentinoids gastritis gastroenterologist
  gastroenterology gastrointestinal genetic genomic genomics geriatrician geriatricians gestational glaucoma
  glomerular glucocorticoid glycaemic gout gynaecological gynaecologist gynaecologists gynaecology haematologist
  haematologists haematology haematuria haemodialysis haemoglobin haemorrhage haemorrhagic handover handovers
  healthcare helpdesk helpdesks helpline helplines hepatitis hepatology hernia histology histopathology homecare
  hotline hotlines hydrocortisone hydroxychloroquine hyperkalaemia hypertension hypertensive hypoglycaemia
  hypoglycaemic hypothyroidism hysterectomy ibuprofen imaging immunisation immunise immunised immunocompromised
  immunodeficiency immunoglobulin immunology immunosuppressed immunosuppression incontinence indapamide inbox inboxes
  infliximab influenza inhaler inhalers inpatient inpatients insulin interoperability interoperable intramuscular
  intravenous intravenously ischaemia ischaemic isotretinoin ketamine keyworker keyworkers laparoscopic laparoscopy
  lamotrigine lansoprazole leaflet leaflets leflunomide letrozole leukaemia levetiracetam levothyroxine lidocaine
  linezolid lipid lipids liraglutide lisinopril lithium locum locums loperamide loratadine lorazepam losartan
  lymphoedema lymphoma macrogol macular malaria mammogram mammograms mastectomy medic medics melanoma memantine
  menopausal menopause metabolic metastases metastatic metformin methadone methotrexate metoprolol metronidazole
  microbiologist microbiologists microbiology midazolam midwifery mirtazapine misrouted misrouting modafinil morphine
  multidisciplinary multimorbidity multispecialty musculoskeletal mycophenolate myeloma myocardial naloxone naproxen
  natalizumab nebuliser nebulisers neonatal neonates nephrologist nephrologists nephrology neurodevelopmental
  neurodivergent neurological neurologist neurologists neuropathic neuropathy neurosurgery neurosurgical neutropenia
  neutropenic nifedipine nitrofurantoin nonclinical norovirus nortriptyline nutritionist obs obstetric obstetrician
  obstetricians obstetrics oedema oestrogen oestrogens olanzapine omeprazole oncological oncologist oncologists onboard
  onboarding online ophthalmic ophthalmologist ophthalmologists ophthalmology opioid opioids optometrist optometrists
  optometry orthodontic orthodontist orthopaedic orthopaedics orthoptist orthosis orthotic orthotics orthotist
  osteoarthritis osteoporosis osteoporotic ostomy otolaryngology outpatient outpatients outreach oximeter oximetry
  oxycodone paediatric paediatrician paediatricians paediatrics palliation palliative palpitations pancreatitis
  paracetamol paramedic paramedics parenteral paroxetine pathologist pathologists pathway pathways peptic perindopril
  perinatal perioperative peripheral phenobarbital phenytoin phlebotomist phlebotomists phlebotomy physio physios
  physiologist physiotherapist physiotherapists physiotherapy plasma pneumococcal pneumonia podiatric podiatrist
  podiatrists podiatry polio polypharmacy postnatal postnatally postoperative postoperatively pravastatin preassessment
  prediabetes prednisolone preeclampsia pregabalin prehabilitation preoperative preoperatively prepopulate
  prepopulated prescribable prescriber prescribers prochlorperazine procyclidine proforma proformas progesterone
  promethazine prophylactic prophylaxis propranolol prostate prosthesis prosthetic prosthetics prosthetist proteinuria
  psychiatric psychiatrist psychiatrists psychological psychosexual psychosis psychosocial psychotherapist
  psychotherapists psychotherapy psychotropic pulmonary quetiapine radiographer radiographers radiography radiological
  radiologist radiologists radiotherapist radiotherapy ramipril ranitidine reablement readmission readmissions
  readmit readmitted recoded renal rescheduling resus resuscitate resuscitation reticulocyte retinal retinopathy
  rheumatoid rheumatological rheumatologist rheumatologists rheumatology rifampicin risperidone rivaroxaban rosuvastatin
  rota rotas safeguarding safetynetting salbutamol sarcoma schizophrenia scoliosis screenshot screenshots semaglutide
  sepsis septic serology sertraline sevoflurane sexual sigmoidoscopy signpost signposted signposting signposts
  sildenafil simvastatin sinusitis sitagliptin smartcard smartcards smartphone smartphones solifenacin spironolactone
  spirometry statin statins stenosis stoma stomas subacute subcutaneous subcutaneously sulfasalazine sumatriptan
  tablet tablets tachycardia tacrolimus tadalafil talipes tamoxifen tamsulosin teleconsultation teleconsultations
  teledermatology telehealth telemedicine telemonitoring temazepam terbinafine testosterone tetanus thiamine
  thromboembolism thromboprophylaxis thrombosis thyroid thyroxine ticagrelor timeframe timeframes tinzaparin tirzepatide
  titrate titrated titrating titration tizanidine toolkit toolkits topiramate toxicology tracheostomy tramadol transfusion
  transgender transplant triage triaged triages triaging trimethoprim troponin tuberculosis ulcerative ultrasound
  ultrasounds underdiagnosed undiagnosed uploaded uploading urinalysis urogynaecology urological urologist urologists
  urology ustekinumab vaccinator vaccinators valproate valsartan vancomycin varicella vascular vasectomies vasectomy
  venepuncture venlafaxine venous verapamil videoconference virology voicemail voicemails walkthrough warfarin webinar
  webinars webpage webpages wellbeing whistleblower whistleblowers whistleblowing workaround workarounds workflow
  workflows workforce workstream workstreams zolpidem zopiclone zoster bulletins bulletin cybersecurity dropdown
  hyperlink hyperlinks login logins logout offline podcast podcasts repo retweet signup timeline timelines username
  usernames unsubscribe unsubscribed newsletter newsletters preheader strapline straplines fortnight fortnightly
  commissioner commissioners commissioning endnote learnings hardcopy subheading checklist checklists paperless
  micromol millimole millimoles mmol mol rebook rebooked rebooking rebooks specialties specialty
  chatbot chatbots spreadsheet spreadsheets stakeholder stakeholders
`);

function list(words: string): readonly string[] {
  return words.trim().split(/\s+/);
}
